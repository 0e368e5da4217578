/**
 * What is new of a table, by the transactions that wrote its rows. A row has the number of its transaction (`xmin`), and a
 * moment has a horizon: the oldest transaction in flight, below which all have ended. What the rows of one moment lack of
 * a later one was written by transactions at or above its horizon, whatever their columns say: so the next increment reads
 * the rows from the horizon on. None is overlooked that is committed late, has the same value in a column as another, or none.
 *
 * `pg_visible_in_snapshot` would be more exact but is not: it takes the subtransactions of a transaction in flight for ended.
 */

import type { Batch } from '../../domain/batch.ts'
import type { Filter } from '../../domain/filter.ts'
import type { Increment, IncrementAsk } from '../../domain/increment.ts'
import { keyBuckets } from '../../domain/key-digest.ts'
import { digestsOf } from '../sql/digests.ts'
import { findColumn } from '../sql/find-column.ts'
import { keyOf } from '../sql/increment-key.ts'
import { notNullKeys } from '../sql/not-null-keys.ts'
import { tooLarge } from '../sql/put.ts'
import { nothing, streamBatches } from '../sql/stream-batches.ts'
import { createDecoder } from './decoder.ts'
import { readHorizon, windowOf } from './horizon.ts'
import { selectColumns, told } from './read-table.ts'
import { resolveTable, type TableColumn } from './resolve-table.ts'
import type { Session } from './session.ts'
import { type Share, shareSql } from './share.ts'
import { type Binds, columnSql, createBinds } from './sql.ts'
import { whereSql } from './where.ts'

export async function readIncrement(
  open: () => Promise<Session>,
  selection: {
    readonly table: string
    readonly columns?: readonly string[] | undefined
    readonly where?: Filter | undefined
  },
  ask: IncrementAsk,
  { cellBytes, share }: { readonly cellBytes: number; readonly share: Share | undefined },
): Promise<Increment> {
  const { where } = selection
  const session = await open()
  const table = await resolveTable(session, selection.table)
  const schema = selectColumns(table, selection.columns)
  if (ask.column !== undefined) findColumn(ask.column, table.columns)
  const key = keyOf(ask, notNullKeys(table), schema)
  const { mark, window, isWhole } = await windowOf(await readHorizon(session, table), ask)
  const keyColumns = key.map((name) => findColumn(name, schema))
  const named: string[] = []

  const whereOf = (binds: Binds, conditions: readonly string[], isSelected = true): string => {
    const selected = where ? `(${whereSql(where, table.columns, binds, named)}) IS ${isSelected ? '' : 'NOT '}TRUE` : ''
    const shared = (share && shareSql(share, table.columns, binds)) ?? ''
    const all = [...conditions, shared, selected].filter((condition) => condition !== '')
    return all.length > 0 ? ` WHERE ${all.join(' AND ')}` : ''
  }
  async function* rows(
    columns: readonly TableColumn[],
    conditionsOf: (binds: Binds) => string,
  ): AsyncGenerator<Batch, undefined> {
    const binds = createBinds()
    const places = columns.map(({ name, carried }) => `${columnSql(name)}${carried.cast}`).join(', ')
    const sql = `SELECT ${places} FROM ${table.from} t${conditionsOf(binds)}`
    session.start({ sql, parameters: binds.parameters, types: binds.types }, (column) =>
      tooLarge(columns, column, cellBytes),
    )
    const decoder = createDecoder(columns)
    const onRow = (bytes: Buffer, at: number): boolean => {
      decoder.take(bytes, at)
      return decoder.isFull()
    }
    // the session goes on: the next of these reads the same moment
    const lent = { pump: session.pump, close: async () => {} }
    yield* await streamBatches(lent, decoder, { onRow, told: (error) => told(error, named) })
  }
  const digestSql = `encode(sha256(convert_to(${keyText(keyColumns)}, 'UTF8')), 'hex')`
  return {
    schema: schema.map(({ name, type, nullable, native }) => ({ name, type, nullable, native })),
    consistency: 'snapshot',
    isWhole,
    key,
    mark,
    settled: () => rows(schema, (binds) => whereOf(binds, [window.settled])),
    open: () => (window.open === null ? nothing() : rows(schema, (binds) => whereOf(binds, [window.open!]))),
    gone: () =>
      where === undefined || key.length === 0 || isWhole
        ? nothing()
        : rows(keyColumns, (binds) => whereOf(binds, [window.settled], false)),
    async keyDigests() {
      const binds = createBinds()
      const sql = `
        SELECT b, count(*), sum(d) FROM (
          SELECT ('x' || substr(h, 1, 4))::bit(16)::int, ('x' || substr(h, 5, 15))::bit(60)::bigint
          FROM (SELECT ${digestSql} FROM ${table.from} t${whereOf(binds, [])}) q(h)
        ) q(b, d) GROUP BY b`
      return digestsOf(await session.texts({ sql, parameters: binds.parameters, types: binds.types }))
    },
    keysIn: (buckets) =>
      rows(keyColumns, (binds) =>
        whereOf(
          binds,
          buckets.length === keyBuckets
            ? []
            : [
                `('x' || substr(${digestSql}, 1, 4))::bit(16)::int = ANY (${binds.add(`{${buckets.join(',')}}`, int4ArrayOid)})`,
              ],
        ),
      ),
  }
}

const int4ArrayOid = 1007

/** Of each column, the length in bytes, a colon, and its text: what `shared/domain/key-digest.ts` says. */
const keyText = (columns: readonly TableColumn[]): string =>
  columns
    .map(({ name, carried }) => `(${columnSql(name)}${carried.cast})::text`)
    .map((text) => `octet_length(convert_to(${text}, 'UTF8')) || ':' || ${text}`)
    .join(' || ')
