import { Fault } from '../../domain/faults.ts'
import type { Consistency, Extract, Partition } from '../kind.ts'
import type { Selection } from './config.ts'
import { systemDatabases, tableInfos } from './list-tables.ts'
import { filterOf } from './plan.ts'
import { runQuery } from './query.ts'
import { readTable, type TableReading } from './read-table.ts'
import { toFault } from './refusals.ts'
import { resolveTable } from './resolve-table.ts'
import type { Session } from './session.ts'

type Open = () => Promise<Session>
type Extracted = Extract & { readonly shape: 'rows' }
type Selected = Exclude<Selection, { readonly sql: string }>

export interface ExtractAt {
  readonly database: string | undefined
  readonly cellBytes: number
}

/** A selection or a share of it, on a session of its own. */
export async function extract(
  open: Open,
  at: ExtractAt,
  selection: Selection,
  partition?: Partition,
): Promise<Extracted> {
  if ('sql' in selection) {
    const consistency = await consistencyOf(open, null)
    return { shape: 'rows', consistency, ...(await runQuery(open, selection, { ...at, timeoutMs: undefined })) }
  }
  const { table, schema, batches } = await readSelected(open, at, selection, partition)
  try {
    return { shape: 'rows', consistency: await consistencyOf(open, table.engine), schema, batches }
  } catch (error) {
    await batches[Symbol.asyncIterator]().return?.()
    throw error
  }
}

/**
 * Selections as of one moment: read one after another in the one transaction of a session. Faults: not-offered where one of
 * them is of no moment, too-large where all together are more than `largestWhole` bytes; source-changed where a table is
 * altered before it is read.
 */
export async function extractTogether(
  open: Open,
  at: ExtractAt & { readonly largestWhole: number },
  selections: readonly Selection[],
): Promise<AsyncIterable<Extracted>> {
  const session = await open()
  // each reading ends the session that it opened
  const same: Open = async () => ({ ...session, close: async () => {} })
  try {
    await checkTogether(same, session, at, selections)
  } catch (error) {
    await session.close()
    throw error
  }
  return (async function* () {
    try {
      for (const selection of selections) {
        const { schema, batches } =
          'sql' in selection
            ? await runQuery(same, selection, { ...at, timeoutMs: undefined })
            : stillTransactional(await readSelected(same, at, selection))
        yield { shape: 'rows', consistency: 'snapshot', schema, batches } as const
      }
    } catch (error) {
      throw toFault(error)
    } finally {
      await session.close()
    }
  })()
}

const readSelected = (
  open: Open,
  at: ExtractAt,
  { table, columns, where }: Selected,
  partition?: Partition,
): Promise<TableReading> => readTable(open, at, table, { select: columns, where: filterOf(where, partition) })

async function checkTogether(
  open: Open,
  session: Session,
  { database, largestWhole }: ExtractAt & { readonly largestWhole: number },
  selections: readonly Selection[],
): Promise<void> {
  let bytes = 0
  for (const selection of selections) {
    const table = 'sql' in selection ? undefined : await resolveTable(session, database, selection.table)
    if ((await consistencyOf(open, table?.engine ?? null)) === 'none')
      throw new Fault(
        'not-offered',
        table?.engine
          ? `The table ${table.table} is kept by ${table.engine}, which shows no moment.`
          : `${table ? `The view ${table.table}` : 'The statement'} may read tables of engines that show no moment.`,
        { hint: `Take it alone, or have all tables that the login sees kept by ${transactional}.` },
      )
    const [info] = table ? await tableInfos(session, [[table.database, table.name]], database) : []
    bytes += info?.bytes ?? 0
  }
  if (bytes > largestWhole)
    throw new Fault(
      'too-large',
      `Together they are ${gigabytes(bytes)} GB; up to ${gigabytes(largestWhole)} GB are read in one transaction.`,
      { hint: 'Take fewer together, or select fewer rows by a statement.' },
    )
}

/** Fault source-changed where the table has been given to another engine since it was looked at. */
function stillTransactional(reading: TableReading): TableReading {
  if ((reading.table.engine ?? transactional) === transactional) return reading
  throw new Fault('source-changed', 'The table was changed while it was read.', { hint: 'Try again.' })
}

const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1)

/** What the rows of a table of that engine are of; null: of a view, or a statement, which may read any table. */
async function consistencyOf(open: Open, engine: string | null): Promise<Consistency> {
  if (engine !== null) return engine === transactional ? 'snapshot' : 'none'
  const session = await open()
  try {
    return (await session.texts(othersSql)).length === 0 ? 'snapshot' : 'none'
  } finally {
    await session.close()
  }
}

const transactional = 'InnoDB'

const othersSql = `
  SELECT TABLE_NAME FROM information_schema.TABLES
  WHERE TABLE_SCHEMA NOT IN ${systemDatabases} AND ENGINE IS NOT NULL AND ENGINE <> '${transactional}' LIMIT 1`
