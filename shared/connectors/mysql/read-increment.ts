import type { Batch } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { Filter } from '../../domain/filter.ts'
import type { Increment, IncrementAsk } from '../../domain/increment.ts'
import { keyBuckets } from '../../domain/key-digest.ts'
import type { Partition } from '../kind.ts'
import { digestsOf } from '../sql/digests.ts'
import { findColumn } from '../sql/find-column.ts'
import { keyOf } from '../sql/increment-key.ts'
import { notNullKeys } from '../sql/not-null-keys.ts'
import { tooLarge } from '../sql/put.ts'
import { nothing, type OnRow, streamBatches } from '../sql/stream-batches.ts'
import { createDecoder } from './decoder.ts'
import { operandOf } from './operand.ts'
import { filterOf } from './plan.ts'
import { toFault } from './refusals.ts'
import { resolveTable, type TableColumn } from './resolve-table.ts'
import type { Session } from './session.ts'
import { type Mark, placeOf, readSettled } from './settled.ts'
import { type Binds, columnSql, createBinds } from './sql.ts'
import { whereSql } from './where.ts'

interface Selected {
  readonly table: string
  readonly columns?: readonly string[] | undefined
  readonly where?: Filter | undefined
}

/** A condition, its values added to the statement's where it stands in it. */
type Condition = (binds: Binds) => string

type Ask = IncrementAsk & { readonly column: string }

/** What is settled of a table, on a session of its own: to be asked before the first session begins that reads by it. */
export async function readMark(
  open: () => Promise<Session>,
  database: string | undefined,
  { table: name }: Selected,
  { column, after }: Ask,
): Promise<Mark> {
  const session = await open()
  try {
    const table = await resolveTable(session, database, name)
    return await readSettled(session, table, findColumn(column, table.columns), after as Mark | null)
  } finally {
    await session.close()
  }
}

/**
 * What is new of a table, by a column whose values grow (`readSettled`); rows without a value are read each time. Partitions
 * are read at moments of their own: by the mark that was found before the first of them, what is settled is the same in all.
 */
export async function readIncrement(
  open: () => Promise<Session>,
  at: { readonly database: string | undefined; readonly cellBytes: number },
  selection: Selected,
  ask: Ask,
  partition: Partition | undefined,
): Promise<Increment> {
  const after = ask.after as Mark | null
  const mark = partition ? after! : await readMark(open, at.database, selection, ask)
  const session = await open()
  const table = await resolveTable(session, at.database, selection.table)
  const place = await placeOf(session, table)
  if (partition && place !== mark.place)
    throw new Fault('source-changed', `The table ${table.table} was made anew while it was read.`, {
      hint: 'Take the snapshot again.',
    })
  const column = findColumn(ask.column, table.columns)
  const schema = selection.columns?.map((name) => findColumn(name, table.columns)) ?? table.columns
  const key = keyOf(ask, notNullKeys(table), schema)
  const keyColumns = key.map((name) => findColumn(name, schema))
  const isWhole = partition !== undefined || after === null || after.place !== place || after.low === null
  const from = isWhole ? null : after.low

  const below = (value: string | null): Condition[] =>
    value === null ? [] : [(binds) => `${columnSql(column.name)} < ${bind(binds, column, value)}`]
  const notBelow = (value: string | null): Condition[] =>
    value === null
      ? []
      : [(binds) => `(${columnSql(column.name)} >= ${bind(binds, column, value)} OR ${columnSql(column.name)} IS NULL)`]
  const where = filterOf(selection.where, partition)
  const selected: Condition[] = where ? [(binds) => `(${whereSql(where, table.columns, binds)}) IS TRUE`] : []
  const unselected: Condition[] = where ? [(binds) => `(${whereSql(where, table.columns, binds)}) IS NOT TRUE`] : []

  async function* rows(
    columns: readonly TableColumn[],
    conditions: readonly Condition[],
  ): AsyncGenerator<Batch, undefined> {
    const binds = createBinds()
    const places = columns.map(({ name }, i) => `${columnSql(name)} AS c${i}`).join(', ')
    const sql = `SELECT ${places} FROM ${table.from} AS t${all(conditions, binds)}`
    await session.start(await session.prepare(sql), binds.parameters, (i) => tooLarge(columns, i, at.cellBytes))
    const decoder = createDecoder(columns)
    const onRow: OnRow = (bytes, start) => {
      decoder.take(bytes, start)
      return decoder.isFull()
    }
    // the session goes on: the next of these reads the same moment
    yield* await streamBatches({ pump: session.pump, close: async () => {} }, decoder, { onRow, told: toFault })
  }
  const isMerging = ask.mode === 'merge'
  const digest = `SHA2(${keyText(keyColumns)}, 256)`
  return {
    schema: schema.map(({ name, type, nullable, native }) => ({ name, type, nullable, native })),
    // what is not read again is taken from another moment
    consistency: isWhole ? 'snapshot' : 'none',
    isWhole,
    key,
    mark,
    settled() {
      if (isMerging) return rows(schema, [...notBelow(from), ...selected])
      return mark.low === null ? nothing() : rows(schema, [...notBelow(from), ...below(mark.low), ...selected])
    },
    open: () => (isMerging ? nothing() : rows(schema, [...notBelow(mark.low), ...selected])),
    gone: () => (isMerging && where && !isWhole ? rows(keyColumns, [...notBelow(from), ...unselected]) : nothing()),
    async keyDigests() {
      const binds = createBinds()
      const sql = `
        SELECT CONV(SUBSTR(h, 1, 4), 16, 10), COUNT(*), SUM(CAST(CONV(SUBSTR(h, 5, 15), 16, 10) AS DECIMAL(20)))
        FROM (SELECT ${digest} AS h FROM ${table.from} AS t${all(selected, binds)}) AS q GROUP BY 1`
      return digestsOf(await session.texts(sql, binds.parameters))
    },
    keysIn: (buckets) =>
      rows(keyColumns, [
        ...selected,
        ...(buckets.length === keyBuckets
          ? []
          : [() => `CAST(CONV(SUBSTR(${digest}, 1, 4), 16, 10) AS UNSIGNED) IN (${buckets.join(',')})`]),
      ]),
  }
}

function all(conditions: readonly Condition[], binds: Binds): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.map((condition) => condition(binds)).join(' AND ')}`
}

const bind = (binds: Binds, { name, carried }: TableColumn, value: string): string =>
  binds.add(operandOf(value, carried.compared, name))

/** Of each column, the length in bytes, a colon, and its text: what `shared/domain/key-digest.ts` says. */
const keyText = (columns: readonly TableColumn[]): string =>
  `CONCAT(${columns
    .map(({ name }) => `CAST(${columnSql(name)} AS CHAR CHARACTER SET utf8mb4)`)
    .map((text) => `LENGTH(${text}), ':', ${text}`)
    .join(', ')})`
