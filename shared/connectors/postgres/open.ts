import { Fault } from '../../domain/faults.ts'
import type { IncrementAsk } from '../../domain/increment.ts'
import type { DatabasesPage, OpenAt, ReadWindow, TablesPage } from '../kind.ts'
import type { Credential } from '../sql/config.ts'
import { noDatabase } from '../sql/databases.ts'
import { checkConnection } from './check.ts'
import type { Config, Selection } from './config.ts'
import { describeTable } from './describe-table.ts'
import { fingerprintTable } from './fingerprint-table.ts'
import { listDatabases } from './list-databases.ts'
import { listTables } from './list-tables.ts'
import { loadDriver } from './login.ts'
import { runQuery } from './query.ts'
import { readIncrement } from './read-increment.ts'
import { readTable } from './read-table.ts'
import { toFault } from './refusals.ts'
import { type Dialler, openSession, type Session } from './session.ts'

const cellBytes = 64 << 20
/** As long as a reply may stream. */
const queryTimeoutMs = 15 * 60_000

/** `bounds` are for tests: how large one value may be, and how long a reader's query may take. */
export async function openPostgres(at: OpenAt<Config, Credential>, bounds = { cellBytes, queryTimeoutMs }) {
  const dialler: Dialler = { ...at, driver: await loadDriver(), cellBytes: bounds.cellBytes }
  const sessions = new Set<Session>()
  let isClosed = false

  const open = async (
    settings: Readonly<Record<string, string>> = {},
    database = at.config.database,
  ): Promise<Session> => {
    if (isClosed) throw new TypeError('The connection is closed.')
    const session = await openSession({ ...dialler, config: { ...at.config, database } }, settings)
    sessions.add(session)
    return {
      ...session,
      async close() {
        sessions.delete(session)
        await session.close()
      },
    }
  }
  const read = (table: string, window: ReadWindow) => readTable(open, table, window, bounds.cellBytes)
  const query = (asked: Parameters<typeof runQuery>[1], timeoutMs: number | undefined) =>
    runQuery(
      () =>
        open({
          ...(timeoutMs === undefined ? {} : { statement_timeout: String(timeoutMs) }),
          idle_in_transaction_session_timeout: String(queryTimeoutMs),
        }),
      asked,
      { cellBytes: bounds.cellBytes, timeoutMs },
    )
  const describe = (table: string) => telling(() => describeTable(open, table))

  return {
    tables: {
      list: (page: TablesPage) =>
        telling(async () => {
          try {
            return await listTables(() => open({ lock_timeout: '2s' }, page.database), page)
          } catch (thrown) {
            const isUnknown = thrown instanceof Fault && (thrown.cause as { code?: unknown })?.code === '3D000'
            throw page.database !== undefined && isUnknown ? noDatabase(page.database, thrown) : thrown
          }
        }),
      databases: (page: DatabasesPage) => telling(() => listDatabases(open, page)),
      describe,
      read: (table: string, window: ReadWindow) => telling(() => read(table, window)),
      query: (asked: Parameters<typeof runQuery>[1]) => telling(() => query(asked, bounds.queryTimeoutMs)),
    },
    check: () => checkConnection(dialler),
    async plan(selection: Selection) {
      const estimate = 'table' in selection && !selection.where ? (await describe(selection.table)).estimate : null
      return [{ id: '0', spec: null, estimate }]
    },
    /** Of a query nobody can tell: what it says may depend on the clock. */
    async fingerprint(selection: Selection) {
      if (!('table' in selection)) return null
      const { table, columns, where } = selection
      return await telling(() => fingerprintTable(open, table, { select: columns, where }))
    },
    async extract(selection: Selection) {
      const rows = await telling(() =>
        'table' in selection
          ? read(selection.table, { select: selection.columns, where: selection.where })
          : query(selection, undefined),
      )
      return { shape: 'rows' as const, consistency: 'snapshot' as const, schema: rows.schema, batches: rows.batches }
    },
    increment: (selection: Selection, ask: IncrementAsk) =>
      telling(async () => {
        if (!('table' in selection)) throw queriesTellNothing()
        return await readIncrement(open, selection, ask, bounds.cellBytes)
      }),
    async close() {
      isClosed = true
      await Promise.all([...sessions].map((session) => session.close()))
      sessions.clear()
    },
  }
}

const queriesTellNothing = (): Fault =>
  new Fault('not-offered', 'Of a query nobody can tell which rows are new.', {
    hint: 'Select a table, or choose the strategy "full".',
  })

async function telling<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw toFault(error)
  }
}
