import * as z from 'zod'
import { Fault } from '../../domain/faults.ts'
import type { IncrementAsk } from '../../domain/increment.ts'
import type { DatabasesPage, OpenAt, Partition, ReadWindow, TablesPage } from '../kind.ts'
import type { Credential } from '../sql/config.ts'
import { noDatabase } from '../sql/databases.ts'
import { tellingBy } from '../sql/telling.ts'
import { trackSessions } from '../sql/track-sessions.ts'
import { checkConnection } from './check.ts'
import type { Config, Selection } from './config.ts'
import { describeTable } from './describe-table.ts'
import { fingerprintTable } from './fingerprint-table.ts'
import { holdView } from './hold.ts'
import { listDatabases } from './list-databases.ts'
import { listTables } from './list-tables.ts'
import { loadDriver } from './login.ts'
import { planExtraction } from './plan.ts'
import { runQuery } from './query.ts'
import { readIncrement } from './read-increment.ts'
import { readTable } from './read-table.ts'
import { toFault } from './refusals.ts'
import { type Dialler, openSession } from './session.ts'
import { Share } from './share.ts'

const cellBytes = 64 << 20
/** Of the table's file, or of what the server expects a statement to give: read in some seconds. */
const partitionBytes = 256 << 20
/** As long as a reply may stream. */
const queryTimeoutMs = 15 * 60_000

export interface Bounds {
  /** How large one value may be. */
  readonly cellBytes: number
  /** How long a reader's query may take. */
  readonly queryTimeoutMs: number
  /** How large a partition is at least half of. */
  readonly partitionBytes?: number
}

/** `bounds` are for tests. */
export async function openPostgres(at: OpenAt<Config, Credential>, bounds: Bounds = { cellBytes, queryTimeoutMs }) {
  const dialler: Dialler = { ...at, driver: await loadDriver(), cellBytes: bounds.cellBytes }
  const sessions = trackSessions(
    (settings: Readonly<Record<string, string>> = {}, database: string = at.config.database, view?: string) =>
      openSession({ ...dialler, config: { ...at.config, database } }, settings, view),
  )
  const { open } = sessions
  const read = (table: string, window: ReadWindow, { share, view }: Shared = {}) =>
    readTable(() => open({}, undefined, view), table, window, bounds.cellBytes, share)
  const query = (
    asked: Parameters<typeof runQuery>[1],
    timeoutMs: number | undefined,
    { share, view }: Shared = {},
  ) => {
    const settings = {
      ...(timeoutMs === undefined ? {} : { statement_timeout: String(timeoutMs) }),
      idle_in_transaction_session_timeout: String(queryTimeoutMs),
    }
    return runQuery(() => open(settings, undefined, view), asked, { cellBytes: bounds.cellBytes, timeoutMs }, share)
  }
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
    plan: (selection: Selection) =>
      telling(() => planExtraction(open, selection, bounds.partitionBytes ?? partitionBytes)),
    hold: (selections: readonly Selection[], from?: unknown) =>
      telling(async () => {
        const session = await open(
          { idle_in_transaction_session_timeout: '0' },
          undefined,
          from === undefined ? from : View.parse(from),
        )
        try {
          return await holdView(session, selections)
        } catch (error) {
          await session.close()
          throw error
        }
      }),
    /** Of a query nobody can tell: what it says may depend on the clock. */
    async fingerprint(selection: Selection) {
      if (!('table' in selection)) return null
      const { table, columns, where } = selection
      return await telling(() => fingerprintTable(open, table, { select: columns, where }))
    },
    async extract(selection: Selection, partition?: Partition, view?: unknown) {
      const shared = sharedOf(partition, view)
      const rows = await telling(() =>
        'table' in selection
          ? read(selection.table, { select: selection.columns, where: selection.where }, shared)
          : query(selection, undefined, shared),
      )
      return { shape: 'rows' as const, consistency: 'snapshot' as const, schema: rows.schema, batches: rows.batches }
    },
    increment: (selection: Selection, ask: IncrementAsk, partition?: Partition, view?: unknown) =>
      telling(async () => {
        if (!('table' in selection)) throw queriesTellNothing()
        const shared = sharedOf(partition, view)
        const begin = () => open({}, undefined, shared.view)
        return await readIncrement(begin, selection, ask, { cellBytes: bounds.cellBytes, share: shared.share })
      }),
    close: sessions.close,
  }
}

/** Which rows of an extraction, and of which moment. */
interface Shared {
  readonly share?: Share
  readonly view?: string
}

const sharedOf = (partition: Partition | undefined, view: unknown): Shared => ({
  ...(partition?.spec != null && { share: Share.parse(partition.spec) }),
  ...(view !== undefined && { view: View.parse(view) }),
})

/** The name of an exported snapshot: it becomes part of a statement, which takes no parameters. */
const View = z.string().regex(/^[0-9A-F]+(-[0-9A-F]+)+$/i)
const queriesTellNothing = (): Fault =>
  new Fault('not-offered', 'Of a query nobody can tell which rows are new.', {
    hint: 'Select a table, or choose the strategy "full".',
  })

const telling = tellingBy(toFault)
