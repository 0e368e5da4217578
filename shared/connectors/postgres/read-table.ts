import { Fault } from '../../domain/faults.ts'
import type { ReadWindow, Window } from '../kind.ts'
import { findColumn } from '../sql/find-column.ts'
import { formatPlace, type Place, parsePlace } from '../sql/place.ts'
import { tooLarge } from '../sql/put.ts'
import { type OnRow, streamBatches } from '../sql/stream-batches.ts'
import { createDecoder, type Decoder } from './decoder.ts'
import { afterSql, type Keyset, keysetOf, orderSql } from './keyset.ts'
import { fieldTexts } from './messages.ts'
import { ServerError, toFault } from './refusals.ts'
import { type ResolvedTable, resolveTable, type TableColumn } from './resolve-table.ts'
import type { Session } from './session.ts'
import { type Share, shareSql, tidOid } from './share.ts'
import { columnSql, createBinds } from './sql.ts'
import { type Stretch, stretchesOf } from './stretches.ts'
import { whereSql } from './where.ts'
import type { Statement } from './wire.ts'

/** Reads a window of a table on a session of its own, which ends with the batches. */
export async function readTable(
  open: () => Promise<Session>,
  name: string,
  window: ReadWindow,
  cellBytes: number,
  share?: Share,
): Promise<Window> {
  const session = await open()
  try {
    const table = await resolveTable(session, name)
    const schema = selectColumns(table, window.select)
    const paged = window.limit !== undefined || window.after !== undefined
    const keyset = paged || window.order?.length ? keysetOf(table, window.order ?? []) : undefined
    const place = keyset && window.after !== undefined ? parsePlace(keyset.keys, window.after) : undefined
    const named: string[] = []
    const decoder = createDecoder(schema)
    const page = pageOf(decoder, window.limit, paged ? keyset : undefined, place)
    const stretches = stretchesOf(session, table, keyset, place, window.limit)
    const startNext = async (): Promise<boolean> => {
      const { done, value } = await stretches.next()
      if (done) return false
      const statement = selectSql(table, schema, { ...window, limit: page.wanted(), share }, keyset, value, named)
      session.start(statement, (column) => tooLarge(schema, column, cellBytes))
      return true
    }
    await startNext()
    let next: string | null = null
    const batches = await streamBatches(session, decoder, {
      onRow: page.onRow,
      async onOver() {
        if (page.wanted() !== 0 && (await startNext())) return true
        // The next page may be asked for by who has just the last batch in hand.
        next = page.next()
        return false
      },
      told: (error) => told(error, named),
    })
    return { schema, batches, next: () => next }
  } catch (error) {
    await session.close()
    throw error
  }
}

/** The columns of that name, in that order; without names all of them. Faults: not-offered, invalid-request. */
export function selectColumns(table: ResolvedTable, select: readonly string[] | undefined): readonly TableColumn[] {
  if (table.columns.length === 0)
    throw new Fault('not-offered', `Table ${JSON.stringify(table.table)} has no columns that could be read.`)
  return select === undefined ? table.columns : select.map((name) => findColumn(name, table.columns))
}

/** Columns by position under no name at all; then the keys' texts, where the end of the page must be known. */
function selectSql(
  table: ResolvedTable,
  schema: readonly TableColumn[],
  window: ReadWindow & { readonly share: Share | undefined },
  keyset: Keyset | undefined,
  { place, endBlock }: Stretch,
  named: string[],
): Statement {
  const binds = createBinds()
  const columns = schema.map(({ name, carried }) => `${columnSql(name)}${carried.cast}`)
  if (window.limit !== undefined && keyset) columns.push(...keyset.keys.map(({ sql }) => `${sql}::text`))
  const shared = window.share && shareSql(window.share, table.columns, binds)
  const conditions = [
    ...(shared === undefined ? [] : [shared]),
    ...(window.where ? [whereSql(window.where, table.columns, binds, named)] : []),
    ...(keyset && place ? [afterSql(keyset, place, binds)] : []),
    ...(endBlock === undefined ? [] : [`t.ctid < ${binds.add(`(${endBlock},0)`, tidOid)}`]),
  ]
  const parts = [`SELECT ${columns.join(', ')} FROM ${table.from} t`]
  if (conditions.length > 0) parts.push(`WHERE ${conditions.join(' AND ')}`)
  if (keyset) parts.push(`ORDER BY ${orderSql(keyset)}`)
  if (window.limit !== undefined) parts.push(`LIMIT ${binds.add(String(window.limit), int8Oid)}`)
  if (place && place.skip > 0) parts.push(`OFFSET ${binds.add(String(place.skip), int8Oid)}`)
  return { sql: parts.join(' '), parameters: binds.parameters, types: binds.types }
}

const int8Oid = 20

/** Decodes rows up to the limit, and sees where the next page begins when there is a row beyond it. */
function pageOf(
  decoder: Decoder,
  limit: number | undefined,
  keyset: Keyset | undefined,
  place: Place | undefined,
): { readonly onRow: OnRow; readonly wanted: () => number | undefined; readonly next: () => string | null } {
  let count = 0
  let more = false
  let keys: Buffer | undefined
  let equal = 0
  return {
    onRow(bytes, at, end) {
      if (count === limit) {
        more = true
        return false
      }
      const tail = decoder.take(bytes, at)
      count++
      if (keyset && limit !== undefined) {
        if (!keyset.isUnique) {
          equal = keys?.equals(bytes.subarray(tail, end)) ? equal + 1 : 1
          keys = Buffer.from(bytes.subarray(tail, end))
        } else if (count === limit) keys = Buffer.from(bytes.subarray(tail, end))
      }
      return decoder.isFull()
    },
    // One more than the page holds shows that there is a next one.
    wanted: () => (limit === undefined ? undefined : limit + 1 - count - (more ? 1 : 0)),
    next: () => (more && keyset && keys ? nextPlace(keyset, keys, equal, place) : null),
  }
}

function nextPlace(keyset: Keyset, keys: Buffer, equal: number, place: Place | undefined): string {
  const values = fieldTexts(keys, 0, keyset.keys.length)
  if (keyset.isUnique) return formatPlace(keyset.keys, { values, skip: 0 })
  const isSame = place?.values.every((value, i) => value === values[i]) ?? false
  return formatPlace(keyset.keys, { values, skip: equal + (isSame ? place!.skip : 0) })
}

/** What a statement of our own making failed with: before its values were bound, an operand is to blame. */
export function told(error: unknown, named: readonly string[]): unknown {
  if (!(error instanceof ServerError)) return toFault(error)
  if (error.unbound && /^(22|42883|42725|42804)/.test(error.code)) {
    const number = /\$(\d+)/.exec(error.context)?.[1]
    const column = number === undefined ? undefined : named[Number(number) - 1]
    const places = column === undefined ? [...new Set(named.filter(Boolean))] : [column]
    const which = places.map((name) => JSON.stringify(name)).join(', ')
    return new Fault(
      'invalid-request',
      `A comparison, or a value in it, does not suit its column: ${which || 'of the order'}.`,
      {
        hint: 'Write the value as the column shows it, and compare only what the source can compare.',
        cause: error,
      },
    )
  }
  return toFault(error)
}
