import type { Check } from '../../domain/check.ts'
import { Fault } from '../../domain/faults.ts'
import { isLoopback } from '../../domain/loopback.ts'
import { tlsMode } from '../sql/config.ts'
import { reach } from '../sql/reach.ts'
import { mayNotWrite, stagesOf } from '../sql/stages.ts'
import { readable } from './list-tables.ts'
import { login } from './login.ts'
import { ServerError, toFault } from './refusals.ts'
import { type Dialler, openSession } from './session.ts'
import { quote } from './sql.ts'
import { secure } from './tls.ts'

/** The stages of a login, each on its own, then what the login may do. Ends at the first stage that fails. */
export async function checkConnection(at: Dialler): Promise<Check> {
  const { config, signal } = at
  const { stage, end } = stagesOf(signal, toFault)
  const warnings: string[] = []
  try {
    const plain = await reach(stage, at)
    try {
      const socket = await stage('tls', async () => {
        const secured = await secure(plain, config, signal)
        const isEncrypted = 'encrypted' in secured
        return [isEncrypted ? `Encrypted (${tlsMode(config)}).` : 'Not encrypted.', secured.on('error', () => {})]
      })
      if (!('encrypted' in socket) && !isLoopback(config.host))
        warnings.push('The connection is not encrypted: password and data can be read on the way.')
      await stage('login', async () => {
        const abort = () => socket.destroy()
        signal.addEventListener('abort', abort, { once: true })
        try {
          await login(at.driver, socket, config, at.credential, 'SELECT')
        } finally {
          signal.removeEventListener('abort', abort)
          socket.destroy()
        }
        return [`Logged in as ${config.user} to ${config.database}.`, undefined]
      })
    } finally {
      plain.destroy()
    }
    const sample = await stage('permission', async () => {
      const found = await ask(at, powersSql)
      const [all, visible] = found[0]!.map(Number)
      const [mighty = null, writes = null, makes = null, ...others] = found[0]!.slice(2)
      const mayWrite = mighty !== null || writes !== null || makes !== null
      const ofWriting = at.allowsWrite ? [mayWrite ? null : mayNotWrite] : [writes, makes]
      for (const warning of [mighty, ...ofWriting, ...others]) if (warning !== null) warnings.push(warning)
      if (visible === 0 && all! > 0)
        throw new Fault('source-refused', `The login may read none of the ${all} tables.`, {
          hint: 'GRANT USAGE ON SCHEMA … and GRANT SELECT ON ALL TABLES IN SCHEMA … to the login.',
        })
      return [`The login may read ${visible} of ${all} tables.`, visible! > 0]
    })
    if (sample)
      await stage('sample', async () => {
        const [table] = await ask(at, sampleSql)
        if (table === undefined) return ['No table to read from.', undefined]
        const name = `${quote(table[0]!)}.${quote(table[1]!)}`
        const rows = await ask(at, `SELECT ${quote(table[2]!)} FROM ${name} LIMIT 1`)
        return [`Read ${rows.length === 1 ? 'a row' : 'no row, it is empty,'} of ${table[0]}.${table[1]}.`, undefined]
      })
  } catch (error) {
    return end(warnings, error)
  }
  return end(warnings)
}

async function ask(at: Dialler, sql: string): Promise<(string | null)[][]> {
  const session = await openSession(at)
  try {
    return await session.texts({ sql })
  } catch (error) {
    throw error instanceof ServerError ? toFault(error) : error
  } finally {
    await session.close()
  }
}

const mine = `c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`

/** How many tables there are and how many can be read; then a warning or null for each power beyond reading. */
const powersSql = `
  WITH r AS (SELECT * FROM pg_roles WHERE rolname = current_user),
  t AS (
    SELECT c.oid, c.relrowsecurity, ${readable} AS readable,
      has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') AS writable
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${mine})
  SELECT count(*), count(*) FILTER (WHERE readable),
    (SELECT 'The login is a superuser: use one that may only read.' FROM r WHERE rolsuper),
    CASE WHEN count(*) FILTER (WHERE writable) > 0 AND NOT (SELECT rolsuper FROM r)
      THEN 'The login may write to ' || count(*) FILTER (WHERE writable) || ' tables: use one that may only read.' END,
    (SELECT 'The login may create objects in ' || string_agg(quote_ident(nspname), ', ' ORDER BY nspname) || '.'
      FROM pg_namespace n WHERE has_schema_privilege(n.oid, 'CREATE') AND nspname NOT LIKE 'pg\\_%'
        AND nspname <> 'information_schema' AND NOT (SELECT rolsuper FROM r)
      HAVING count(*) > 0),
    (SELECT 'The login may ' || concat_ws(', ', CASE WHEN rolcreaterole THEN 'create roles' END,
        CASE WHEN rolcreatedb THEN 'create databases' END, CASE WHEN rolreplication THEN 'replicate' END,
        CASE WHEN rolbypassrls THEN 'pass by row security' END) || '.'
      FROM r WHERE NOT rolsuper AND (rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)),
    (SELECT 'The login is a member of ' || string_agg(p.rolname, ', ' ORDER BY p.rolname)
        || ': it may reach files or programs of the server.'
      FROM pg_roles p, r WHERE NOT r.rolsuper AND p.rolname IN
        ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files', 'pg_write_all_data')
        AND pg_has_role(p.oid, 'MEMBER')
      HAVING count(*) > 0),
    CASE WHEN count(*) FILTER (WHERE relrowsecurity AND row_security_active(oid)) > 0
      THEN 'Row security hides rows of ' || count(*) FILTER (WHERE relrowsecurity AND row_security_active(oid))
        || ' tables from the login: snapshots hold only what it sees.' END
  FROM t`

const sampleSql = `
  SELECT n.nspname, c.relname, (
    SELECT attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      AND has_column_privilege(c.oid, a.attnum, 'SELECT') ORDER BY a.attlen < 0, a.attnum LIMIT 1) AS attname
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${readable} AND c.relkind IN ('r', 'p') AND c.relnatts > 0
    AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
  ORDER BY n.nspname, c.relname LIMIT 1`
