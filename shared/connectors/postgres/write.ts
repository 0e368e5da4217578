import { randomBytes } from 'node:crypto'
import type { Rows } from '../../domain/batch.ts'
import type { TableWriter } from '../../domain/writer.ts'
import type { OpenAt } from '../kind.ts'
import type { Credential } from '../sql/config.ts'
import { matchColumns } from '../sql/written-columns.ts'
import type { Config } from './config.ts'
import { copyText } from './copy-text.ts'
import { postgresGatherer } from './gather.ts'
import { loadDriver } from './login.ts'
import { definitionsOf, findPlace, takePlace } from './replace-table.ts'
import { resolveTable } from './resolve-table.ts'
import { openSession, type Session } from './session.ts'
import { qualify, quote } from './sql.ts'
import { toWriteFault } from './write-refusals.ts'
import { charactersOf, refusalOf } from './written-types.ts'

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
  const open = async () => {
    const session = await openSession({ ...at, driver, cellBytes, writes: true }, settings)
    sessions.add(session)
    return { ...session, close: () => session.close().finally(() => sessions.delete(session)) }
  }
  return {
    to: 'tables',
    async put(table, rows, { mode, ready }) {
      try {
        const session = await open()
        await (mode === 'append' ? append(session, table, rows) : replace(session, table, rows))
        await ready()
        await session.texts({ sql: 'COMMIT' })
      } catch (thrown) {
        throw toWriteFault(thrown)
      }
    },
    gatherer: postgresGatherer(open),
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

/** A new table beside the old one, which is read by everybody until the new one has its name. */
async function replace(session: Session, table: string, rows: Rows): Promise<void> {
  const definitions = definitionsOf(rows.schema)
  const place = await findPlace(session, table)
  const beside = qualify(place.schema, `headgate_${randomBytes(8).toString('hex')}`)
  await session.texts({ sql: `CREATE TABLE ${beside} (${definitions})` })
  if (rows.schema.length > 0) await session.copyIn(`COPY ${beside} FROM STDIN`, copyText(rows, []))
  await takePlace(session, beside, place)
}
