/** Paging by the values of the last row: nothing is lost or repeated while the table stands still. */

import { Fault } from '../../domain/faults.ts'
import type { Order } from '../../domain/filter.ts'
import { findColumn } from '../sql/find-column.ts'
import { notNullKeys } from '../sql/not-null-keys.ts'
import type { Place, PlaceKey } from '../sql/place.ts'
import { operandOf } from './operand.ts'
import { bytesParameter, type Parameter } from './parameters.ts'
import type { ResolvedTable, TableColumn } from './resolve-table.ts'
import { type Binds, columnSql } from './sql.ts'
import type { Compared } from './types.ts'
import { comparable } from './where.ts'

/** One expression that rows are ordered by. */
export interface Key extends PlaceKey {
  readonly compared: Compared
}

export interface Keyset {
  readonly keys: readonly Key[]
  /** False where rows that are equal in every column cannot be told apart: then they are counted. */
  readonly isUnique: boolean
}

/** The wanted order, made total by a key of the table, or at last by the rows' content. */
export function keysetOf(table: ResolvedTable, order: readonly Order[]): Keyset {
  const wanted = order.map(({ column, descending }) => keyOf(findColumn(column, table.columns), descending))
  const named = new Set(order.map(({ column }) => column))
  const [unique] = notNullKeys(table)
  if (unique) {
    // A long text that was asked for is ordered by its beginning only: as a key it is there once more, whole.
    const rest = unique
      .map((name) => findColumn(name, table.columns))
      .filter((column) => !named.has(column.name) || isLong(column))
      .map((column) => numbered({ ...keyOf(column, false), sql: columnSql(column.name) }, column))
    return { keys: [...wanted, ...rest], isUnique: true }
  }
  const row = table.columns.map(contentOf).join(', ')
  const content: Key = { sql: `SHA2(CONCAT(${row}), 256)`, compared: 'text', nullable: false, descending: false }
  return { keys: [...wanted, content], isUnique: false }
}

/** As much of a text as the server is told to sort by (max_sort_length), whatever its collation. */
const sortedCharacters = 500
const enumerated = /^(enum|set)\(/i

const isLong = ({ carried, length }: TableColumn): boolean =>
  (carried.compared === 'text' || carried.compared === 'bytes' || carried.compared === 'document') &&
  length > sortedCharacters

function keyOf(column: TableColumn, descending: boolean): Key {
  const { name, carried, nullable } = column
  if (carried.compared === 'none')
    throw new Fault('invalid-request', `Rows cannot be ordered by column ${JSON.stringify(name)}.`)
  const sql = isLong(column) ? `LEFT(${comparable(column)}, ${sortedCharacters})` : comparable(column)
  return numbered({ sql, compared: carried.compared, nullable, descending }, column)
}

/** Enumerations are ordered by the place of their values but compared by their text: here both by place. */
const numbered = (key: Key, { name, native }: TableColumn): Key =>
  enumerated.test(native) ? { ...key, sql: `(${columnSql(name)} + 0)`, compared: 'number' } : key

/** A column's part of its row's content: unlike for unlike values, floats with all their digits. */
function contentOf({ name, carried }: TableColumn): string {
  const sql = carried.compared === 'float' ? `(${columnSql(name)} + 0e0)` : columnSql(name)
  return `IFNULL(SHA2(${sql}, 256), '-')`
}

/** Nulls come first, and last in a descending order, as the server has it by itself. */
export const orderSql = ({ keys }: Keyset): string =>
  keys.map(({ sql, descending }) => `${sql}${descending ? ' DESC' : ''}`).join(', ')

/** The condition for rows after a place; where rows are counted, the equal ones are in it too. */
export function afterSql({ keys, isUnique }: Keyset, { values }: Place, binds: Binds): string {
  const bind = (i: number) => binds.add(keyParameter(keys[i]!, values[i]!))
  const from = (i: number): string => {
    const key = keys[i]
    if (key === undefined) return isUnique ? 'FALSE' : 'TRUE'
    const { sql, nullable, descending } = key
    if (values[i] === null) {
      const equal = `${sql} IS NULL AND ${from(i + 1)}`
      return descending ? `(${equal})` : `(${sql} IS NOT NULL OR ${equal})`
    }
    const beyond = `${sql} ${descending ? '<' : '>'} ${bind(i)}`
    const isLast = i === keys.length - 1 && isUnique
    const later = isLast ? '' : ` OR ${sql} = ${bind(i)} AND ${from(i + 1)}`
    return `(${beyond}${nullable && descending ? ` OR ${sql} IS NULL` : ''}${later})`
  }
  const first = keys[0]!
  // The server finds its way into an index by the first key alone.
  const bound =
    keys.length > 1 && !first.nullable ? `${first.sql} ${first.descending ? '<=' : '>='} ${bind(0)} AND ` : ''
  return bound + from(0)
}

/** The value of a key as the server wrote it. Fault invalid-request where a cursor holds another. */
const keyParameter = ({ compared, sql }: Key, value: string): Parameter =>
  compared === 'bytes' && /^([0-9a-f]{2})*$/.test(value)
    ? bytesParameter(Buffer.from(value, 'hex'))
    : operandOf(value, compared, sql)
