import { Fault } from '../../domain/faults.ts'
import type { IncrementAsk } from '../../domain/increment.ts'
import type { DatabasesPage, OpenAt, Partition, Query, ReadWindow, TablesPage } from '../kind.ts'
import type { Credential } from '../sql/config.ts'
import { tellingBy } from '../sql/telling.ts'
import { trackSessions } from '../sql/track-sessions.ts'
import { checkConnection } from './check.ts'
import type { Config, Selection } from './config.ts'
import { describeTable } from './describe-table.ts'
import { extract, extractTogether } from './extract.ts'
import { findDatabase, listDatabases } from './list-databases.ts'
import { listTables } from './list-tables.ts'
import { loadDriver } from './login.ts'
import { planExtraction, wholeBytes } from './plan.ts'
import { runQuery } from './query.ts'
import { readIncrement, readMark } from './read-increment.ts'
import { readTable } from './read-table.ts'
import { toFault } from './refusals.ts'
import { type Dialler, openSession } from './session.ts'

const cellBytes = 64 << 20
/** As long as a reply may stream. */
const queryTimeoutMs = 15 * 60_000

export interface Bounds {
  /** How large one value may be. */
  readonly cellBytes: number
  /** How long a reader's query may take. */
  readonly queryTimeoutMs: number
  /** What is larger is read in partitions, and several that are larger together not in one transaction. */
  readonly wholeBytes?: number
}

/** `bounds` are for tests. */
export async function openMysql(at: OpenAt<Config, Credential>, bounds: Bounds = { cellBytes, queryTimeoutMs }) {
  const dialler: Dialler = { ...at, driver: await loadDriver(), cellBytes: bounds.cellBytes }
  const { database } = at.config
  const { wholeBytes: largestWhole = wholeBytes } = bounds
  const reading = { database, cellBytes: bounds.cellBytes }
  const sessions = trackSessions(() => openSession(dialler))
  const { open } = sessions
  const read = (table: string, window: ReadWindow) => readTable(open, reading, table, window)
  const query = (asked: Query, timeoutMs: number | undefined) =>
    runQuery(open, asked, { cellBytes: bounds.cellBytes, timeoutMs })
  const describe = (table: string) => telling(() => describeTable(open, database, table))

  return {
    tables: {
      list: (page: TablesPage) =>
        telling(async () => {
          if (page.database !== undefined) await findDatabase(open, page.database)
          return listTables(open, database, page)
        }),
      databases: (page: DatabasesPage) => telling(() => listDatabases(open, page)),
      describe,
      read: (table: string, window: ReadWindow) => telling(() => read(table, window)),
      query: (asked: Query) => telling(() => query(asked, bounds.queryTimeoutMs)),
    },
    check: () => checkConnection(dialler),
    plan: (selection: Selection) => telling(() => planExtraction(open, database, selection, largestWhole)),
    extract: (selection: Selection, partition?: Partition) =>
      telling(() => extract(open, reading, selection, partition)),
    together: (selections: readonly Selection[]) =>
      telling(() => extractTogether(open, { ...reading, largestWhole }, selections)),
    mark: (selection: Selection, ask: IncrementAsk) =>
      telling(() => readMark(open, database, ...tellingOf(selection, ask))),
    increment: (selection: Selection, ask: IncrementAsk, partition?: Partition) =>
      telling(() => readIncrement(open, reading, ...tellingOf(selection, ask), partition)),
    close: sessions.close,
  }
}

/** The table that is selected, and what is asked for by a column of it. Fault not-offered where there are none. */
function tellingOf(selection: Selection, { column, ...ask }: IncrementAsk) {
  if ('table' in selection && column !== undefined) return [selection, { ...ask, column }] as const
  throw new Fault('not-offered', 'Which rows are new is told by a column of a table whose values grow.', {
    hint: 'Select a table and name the column, or choose the strategy "full".',
  })
}

const telling = tellingBy(toFault)
