import * as z from 'zod'
import type { Filter } from '../../domain/filter.ts'
import type { Partition } from '../kind.ts'
import { findColumn } from '../sql/find-column.ts'
import type { Selection } from './config.ts'
import { describeTable } from './describe-table.ts'
import { resolveTable } from './resolve-table.ts'
import type { Session } from './session.ts'
import { columnSql } from './sql.ts'

/** What is larger takes longer than a worker lives; up to there one transaction shows one moment. */
export const wholeBytes = 8 * 2 ** 30

/** How many partitions there are at most of what is split. */
const partitionsAtMost = 1000

/** One share of a table: whole numbers of a key, half-open. Null ends nowhere. */
const Share = z.strictObject({ key: z.string(), from: z.string().nullable(), to: z.string().nullable() })

/**
 * One partition, which is read in one transaction: connections share no moment here. Only what would outlive its worker is
 * split, by ranges of a whole-numbered key; what its partitions show is of several moments then.
 */
export async function planExtraction(
  open: () => Promise<Session>,
  database: string | undefined,
  selection: Selection,
  largestWhole: number,
): Promise<readonly Partition[]> {
  if (!('table' in selection)) return whole(null)
  const { bytes, estimate } = await describeTable(open, database, selection.table)
  const rows = selection.where ? null : estimate
  if (bytes === null || bytes <= largestWhole) return whole(rows)
  const session = await open()
  try {
    const table = await resolveTable(session, database, selection.table)
    const key = selection.key ?? table.primaryKey[0]
    const column = key === undefined ? undefined : findColumn(key, table.columns)
    if (column === undefined || !/^u?int/.test(column.type.is)) return whole(rows)
    const name = columnSql(column.name)
    const [found] = await session.texts(`SELECT MIN(${name}), MAX(${name}) FROM ${table.from} AS t`)
    const [least, most] = found!
    if (least == null || most == null) return whole(rows)
    const count = Math.min(partitionsAtMost, Math.ceil((8 * bytes) / largestWhole))
    return rangesOf(column.name, BigInt(least), BigInt(most), count).map((spec, i, all) => ({
      id: String(i),
      spec,
      estimate: rows === null ? null : Math.round(rows / all.length),
    }))
  } finally {
    await session.close()
  }
}

/** The rows of a selection that belong to a partition, as a filter. */
export function filterOf(where: Filter | undefined, partition: Partition | undefined): Filter | undefined {
  if (partition?.spec == null) return where
  const { key, from, to } = Share.parse(partition.spec)
  const bounds: Filter[] = [
    ...(from === null ? [] : [[key, 'ge', from] as const]),
    // a share that begins nowhere has the rows without a key too
    ...(to === null
      ? []
      : [
          from === null
            ? {
                or: [
                  [key, 'lt', to],
                  [key, 'is-null'],
                ] as Filter[],
              }
            : ([key, 'lt', to] as const),
        ]),
  ]
  return { and: [...(where ? [where] : []), ...bounds] }
}

const whole = (estimate: number | null): Partition[] => [{ id: '0', spec: null, estimate }]

function rangesOf(key: string, least: bigint, most: bigint, count: number): z.infer<typeof Share>[] {
  const bounds = Array.from({ length: count - 1 }, (_, i) => least + ((most - least) * BigInt(i + 1)) / BigInt(count))
  const distinct = [...new Set(bounds.map(String))]
  return [null, ...distinct].map((from, i) => ({ key, from, to: distinct[i] ?? null }))
}
