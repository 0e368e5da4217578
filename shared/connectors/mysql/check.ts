import type { Check } from '../../domain/check.ts'
import { Fault } from '../../domain/faults.ts'
import { isLoopback } from '../../domain/loopback.ts'
import { tlsMode } from '../sql/config.ts'
import { reach } from '../sql/reach.ts'
import { stagesOf } from '../sql/stages.ts'
import { powersOf } from './grants.ts'
import { isReadable, systemDatabases } from './list-tables.ts'
import { login } from './login.ts'
import { toFault } from './refusals.ts'
import { type Dialler, openSession } from './session.ts'
import { qualify, quote } from './sql.ts'
import { secure } from './tls.ts'

/** The stages of a login, each on its own, then what the login may do. Ends at the first stage that fails. */
export async function checkConnection(at: Dialler): Promise<Check> {
  const { config, signal } = at
  const { stage, end } = stagesOf(signal, toFault)
  const warnings: string[] = []
  try {
    const plain = await reach(stage, at)
    try {
      const secured = await stage('tls', async () => {
        const found = await secure(plain, config, signal)
        found.socket.on('error', () => {})
        return [found.isEncrypted ? `Encrypted (${tlsMode(config)}).` : 'Not encrypted.', found]
      })
      if (!secured.isEncrypted && !isLoopback(config.host))
        warnings.push('The connection is not encrypted: password and data can be read on the way.')
      await stage('login', async () => {
        const abort = () => secured.socket.destroy(new Error('aborted'))
        signal.addEventListener('abort', abort, { once: true })
        try {
          await login(at.driver, secured, config, at.credential)
        } finally {
          signal.removeEventListener('abort', abort)
          secured.socket.destroy()
        }
        const flavour = secured.greeting.isMariadb ? 'MariaDB' : 'MySQL'
        return [`Logged in as ${config.user} to ${flavour} ${secured.greeting.version}.`, undefined]
      })
    } finally {
      plain.destroy()
    }
    const sample = await stage('permission', async () => {
      const { mayRead, warnings: powers } = powersOf(
        (await ask(at, 'SHOW GRANTS')).map(([grant]) => grant!),
        at,
      )
      warnings.push(...powers)
      const [found] = await ask(at, sampleSql, config.database === undefined ? ['', ''] : [config.database, ''])
      if (!mayRead && found === undefined)
        throw new Fault('source-refused', 'The login may read nothing.', {
          hint: 'GRANT SELECT ON database.* to the login, or on single tables.',
        })
      return [found === undefined ? 'There is no table yet that the login may read.' : 'The login may read.', found]
    })
    if (sample)
      await stage('sample', async () => {
        const [database, table, column] = sample as string[]
        const rows = await ask(at, `SELECT ${quote(column!)} IS NULL FROM ${qualify(database!, table!)} LIMIT 1`)
        return [`Read ${rows.length === 1 ? 'a row' : 'no row, it is empty,'} of ${database}.${table}.`, undefined]
      })
  } catch (error) {
    return end(warnings, error)
  }
  return end(warnings)
}

async function ask(at: Dialler, sql: string, parameters: readonly string[] = []): Promise<(string | null)[][]> {
  const session = await openSession(at)
  try {
    return await session.texts(sql, parameters)
  } catch (error) {
    throw toFault(error)
  } finally {
    await session.close()
  }
}

/** A column of a table that may be read, of the default database if it has one. */
const sampleSql = `
  SELECT c.TABLE_SCHEMA, c.TABLE_NAME, c.COLUMN_NAME
  FROM information_schema.COLUMNS c JOIN information_schema.TABLES t USING (TABLE_SCHEMA, TABLE_NAME)
  WHERE c.TABLE_SCHEMA NOT IN ${systemDatabases} AND t.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')
    AND ${isReadable}
  ORDER BY c.TABLE_SCHEMA <> ?, c.TABLE_SCHEMA, c.TABLE_NAME, c.ORDINAL_POSITION + LENGTH(?) LIMIT 1`
