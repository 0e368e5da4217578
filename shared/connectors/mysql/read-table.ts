import { Fault } from '../../domain/faults.ts'
import type { ReadWindow, Window } from '../kind.ts'
import { findColumn } from '../sql/find-column.ts'
import { formatPlace, type Place, parsePlace } from '../sql/place.ts'
import { tooLarge } from '../sql/put.ts'
import { type OnRow, streamBatches } from '../sql/stream-batches.ts'
import { createDecoder, type Decoder } from './decoder.ts'
import { afterSql, type Keyset, keysetOf, orderSql } from './keyset.ts'
import type { Described } from './packets.ts'
import { toFault } from './refusals.ts'
import { type ResolvedTable, resolveTable, type TableColumn } from './resolve-table.ts'
import { rowTexts } from './rows.ts'
import type { Session } from './session.ts'
import { columnSql, createBinds } from './sql.ts'
import { carry, isSameWay } from './types.ts'
import { whereSql } from './where.ts'

export interface TableReading extends Window {
  readonly table: ResolvedTable
}

/** Reads a window of a table on a session of its own, which ends with the batches. */
export async function readTable(
  open: () => Promise<Session>,
  at: { readonly database: string | undefined; readonly cellBytes: number },
  name: string,
  window: ReadWindow,
): Promise<TableReading> {
  const session = await open()
  try {
    const table = await resolveTable(session, at.database, name)
    const schema = window.select?.map((column) => findColumn(column, table.columns)) ?? table.columns
    const isPaged = window.limit !== undefined || window.after !== undefined
    const keyset = isPaged || window.order?.length ? keysetOf(table, window.order ?? []) : undefined
    const place = keyset && window.after !== undefined ? parsePlace(keyset.keys, window.after) : undefined
    const paging = window.limit === undefined ? undefined : keyset
    const { sql, parameters } = selectSql(table, schema, window, keyset, paging, place)
    const columns = await session.start(await session.prepare(sql), parameters, (column) =>
      tooLarge(schema, column, at.cellBytes),
    )
    if (!schema.every(({ carried }, i) => columns?.[i] && isSameWay(carry(columns[i]), carried)))
      throw new Fault('source-changed', 'The table was changed while it was read.', { hint: 'Try again.' })
    const decoder = createDecoder(schema, paging?.keys.length)
    const page = pageOf(decoder, window.limit, columns!, paging, place)
    let next: string | null = null
    const batches = await streamBatches(session, decoder, {
      onRow: page.onRow,
      async onOver() {
        // The next page may be asked for by who has just the last batch in hand.
        next = page.next()
        return false
      },
      told: toFault,
    })
    return {
      table,
      schema: schema.map(({ name, type, nullable, native }) => ({ name, type, nullable, native })),
      batches,
      next: () => next,
    }
  } catch (error) {
    await session.close()
    throw error
  }
}

/** Columns by position; then the keys, where the end of the page must be known. */
function selectSql(
  table: ResolvedTable,
  schema: readonly TableColumn[],
  window: ReadWindow,
  keyset: Keyset | undefined,
  paging: Keyset | undefined,
  place: Place | undefined,
) {
  const binds = createBinds()
  const columns = [...schema.map(({ name }) => columnSql(name)), ...(paging?.keys.map(({ sql }) => sql) ?? [])]
  const conditions = [
    ...(window.where ? [whereSql(window.where, table.columns, binds)] : []),
    ...(keyset && place ? [afterSql(keyset, place, binds)] : []),
  ]
  // Names of the result are ours: those of the table need not be told apart there.
  const parts = [`SELECT ${columns.map((sql, i) => `${sql} AS c${i}`).join(', ')} FROM ${table.from} AS t`]
  if (conditions.length > 0) parts.push(`WHERE ${conditions.join(' AND ')}`)
  if (keyset) parts.push(`ORDER BY ${orderSql(keyset)}`)
  // One more than the page holds shows that there is a next one.
  if (window.limit !== undefined) parts.push(`LIMIT ${Math.trunc(window.limit) + 1}`)
  else if (place && place.skip > 0) parts.push('LIMIT 18446744073709551615')
  if (place && place.skip > 0) parts.push(`OFFSET ${place.skip}`)
  return { sql: parts.join(' '), parameters: binds.parameters }
}

/** Decodes rows up to the limit, and sees where the next page begins when there is a row beyond it. */
function pageOf(
  decoder: Decoder,
  limit: number | undefined,
  columns: readonly Described[],
  keyset: Keyset | undefined,
  place: Place | undefined,
): { readonly onRow: OnRow; readonly next: () => string | null } {
  const first = columns.length - (keyset?.keys.length ?? 0)
  let count = 0
  let more = false
  let last: readonly (string | null)[] = []
  let equal = 0
  return {
    onRow(bytes, at) {
      if (count === limit) {
        more = true
        return false
      }
      const tail = decoder.take(bytes, at)
      count++
      if (keyset && (!keyset.isUnique || count === limit)) {
        const values = rowTexts(bytes, at, tail, columns, first)
        equal = isSame(values, last) ? equal + 1 : 1
        last = values
      }
      return decoder.isFull()
    },
    next() {
      if (!more || !keyset) return null
      if (keyset.isUnique) return formatPlace(keyset.keys, { values: last, skip: 0 })
      const before = place && isSame(place.values, last) ? place.skip : 0
      return formatPlace(keyset.keys, { values: last, skip: equal + before })
    },
  }
}

const isSame = (a: readonly (string | null)[], b: readonly (string | null)[]): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i])
