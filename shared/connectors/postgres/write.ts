import { randomBytes } from 'node:crypto'
import type { Rows } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { TableWriter } from '../../domain/writer.ts'
import type { OpenAt } from '../kind.ts'
import type { Credential } from '../sql/config.ts'
import { checkNames, matchColumns } from '../sql/written-columns.ts'
import type { Config } from './config.ts'
import { copyText } from './copy-text.ts'
import { loadDriver } from './login.ts'
import { resolveTable } from './resolve-table.ts'
import { openSession, type Session } from './session.ts'
import { arrayText, qualify, quote } from './sql.ts'
import { toWriteFault } from './write-refusals.ts'
import { charactersOf, nativeOf, refusalOf } from './written-types.ts'

const cellBytes = 64 << 20

/** However long it takes: the worker has a limit of its own. */
const settings = { statement_timeout: '0', idle_in_transaction_session_timeout: '0' }

/**
 * Writes rows by COPY, in one transaction that ends with the step that shows them: whoever dies before, the server rolls it
 * back.
 */
export async function openPostgresWriter(at: OpenAt<Config, Credential>): Promise<TableWriter> {
  const driver = await loadDriver()
  const sessions = new Set<Session>()
  return {
    to: 'tables',
    async put(table, rows, { mode, ready }) {
      try {
        const session = await openSession({ ...at, driver, cellBytes, writes: true }, settings)
        sessions.add(session)
        await (mode === 'append' ? append(session, table, rows) : replace(session, table, rows))
        await ready()
        await session.texts({ sql: 'COMMIT' })
      } catch (thrown) {
        throw toWriteFault(thrown)
      }
    },
    async close() {
      await Promise.all([...sessions].map((session) => session.close()))
      sessions.clear()
    },
  }
}

async function append(session: Session, table: string, rows: Rows): Promise<void> {
  const { from, columns } = await resolveTable(session, table)
  const matched = matchColumns(rows.schema, columns, refusalOf)
  const names = matched.map(({ name }) => quote(name)).join(', ')
  const limits = matched.map(({ native }) => charactersOf(native))
  await session.copyIn(`COPY ${from} (${names}) FROM STDIN`, copyText(rows, limits))
}

/** A table is called by at most so many bytes; longer names the server cuts without a word. */
const nameBytes = 63

/** A new table beside the old one, which is read by everybody until the new one has its name. */
async function replace(session: Session, table: string, rows: Rows): Promise<void> {
  checkNames(rows.schema, nameBytes)
  const definitions = rows.schema.map((field) => `${quote(field.name)} ${nativeOf(field)}`).join(', ')
  const { schema, name, old } = await findPlace(session, table)
  const made = `headgate_${randomBytes(8).toString('hex')}`
  const beside = qualify(schema, made)
  await session.texts({ sql: `CREATE TABLE ${beside} (${definitions})` })
  if (rows.schema.length > 0) await session.copyIn(`COPY ${beside} FROM STDIN`, copyText(rows, []))
  if (old !== undefined) {
    await grantAlike(session, old, beside)
    await session.texts({ sql: `DROP TABLE ${qualify(schema, name)}` })
  }
  await session.texts({ sql: `ALTER TABLE ${beside} RENAME TO ${quote(name)}` })
}

interface Place {
  readonly schema: string
  readonly name: string
  /** The OID of the table that is there. */
  readonly old: string | undefined
}

/** Where a table of that name is, or is to be. Faults: not-found for a schema, invalid-request for what is no plain table. */
async function findPlace(session: Session, table: string): Promise<Place> {
  const dots = [...table.matchAll(/\./g)].map(({ index }) => index)
  const names = arrayText([table, ...dots.map((at) => table.slice(at + 1))])
  const [found] = await session.texts({ sql: findSql, types: [25, 1003], parameters: [table, names] })
  if (found) {
    const [oid, schema, name, kind] = found as [string, string, string, string]
    if (kind === 'r') return { schema, name, old: oid }
    throw new Fault('invalid-request', `${JSON.stringify(table)} is no plain table, and cannot be replaced.`, {
      hint: 'Name another table, or use the mode `append`.',
    })
  }
  const schemas = dots.map((at) => table.slice(0, at))
  const [known] = await session.texts({ sql: schemaSql, types: [1003], parameters: [arrayText(schemas)] })
  const schema = known?.[0] ?? null
  if (schema === null && dots.length > 0)
    throw new Fault('not-found', `There is no schema ${JSON.stringify(schemas[0])}.`)
  const [current] = await session.texts({ sql: `SELECT coalesce(current_schema(), 'public')` })
  const name = schema === null ? table : table.slice(schema.length + 1)
  if (name === '' || Buffer.byteLength(name) > nameBytes)
    throw new Fault('invalid-request', `${JSON.stringify(name)} cannot be the name of a table.`)
  return { schema: schema ?? current![0]!, name, old: undefined }
}

const findSql = `
  SELECT c.oid, n.nspname, c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relname = ANY ($2) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'c') AND (
    n.nspname = coalesce(current_schema(), 'public') AND c.relname = $1
    OR n.nspname || '.' || c.relname = $1)
  ORDER BY n.nspname = coalesce(current_schema(), 'public') AND c.relname = $1 DESC, length(n.nspname)
  LIMIT 1`

const schemaSql = 'SELECT nspname FROM pg_namespace WHERE nspname = ANY ($1) ORDER BY length(nspname) LIMIT 1'

/** Whoever may read the old table may read the new one. */
async function grantAlike(session: Session, old: string, table: string): Promise<void> {
  const rows = await session.texts({ sql: grantsSql, types: [26], parameters: [old] })
  for (const [privilege, to, option] of rows)
    await session.texts({
      sql: `GRANT ${privilege} ON TABLE ${table} TO ${to}${option === 't' ? ' WITH GRANT OPTION' : ''}`,
    })
}

const grantsSql = `
  SELECT a.privilege_type, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, a.is_grantable
  FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = $1 AND a.grantee <> c.relowner`
