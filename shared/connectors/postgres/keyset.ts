/** Paging by the values of the last row: nothing is lost or repeated while the table stands still. */

import type { Order } from '../../domain/filter.ts'
import { findColumn } from '../sql/find-column.ts'
import { notNullKeys } from '../sql/not-null-keys.ts'
import type { Place } from '../sql/place.ts'
import type { ResolvedTable, TableColumn } from './resolve-table.ts'
import { type Binds, columnSql } from './sql.ts'

/** One expression that rows are ordered by. */
export interface Key {
  readonly sql: string
  readonly oid: number
  readonly nullable: boolean
  readonly descending: boolean
}

export interface Keyset {
  readonly keys: readonly Key[]
  /** False where rows that are equal in every column cannot be told apart: then they are counted. */
  readonly isUnique: boolean
}

const tidOid = 27
const oidOid = 26
const byteaOid = 17

/** The wanted order, made total by a key of the table, the rows' places, or at last their content. */
export function keysetOf(table: ResolvedTable, order: readonly Order[]): Keyset {
  const wanted: Key[] = order.map(({ column, descending }) => keyOf(findColumn(column, table.columns), descending))
  const named = new Set(order.map(({ column }) => column))
  const [unique] = notNullKeys(table)
  if (unique) {
    const rest = unique.filter((name) => !named.has(name)).map((name) => keyOf(findColumn(name, table.columns), false))
    return { keys: [...wanted, ...rest], isUnique: true }
  }
  const place = { nullable: false, descending: false }
  const ctid: Key = { sql: 't.ctid', oid: tidOid, ...place }
  if (table.places === 'ctid') return { keys: [...wanted, ctid], isUnique: true }
  if (table.places === 'tableoid-ctid')
    return { keys: [...wanted, { sql: 't.tableoid', oid: oidOid, ...place }, ctid], isUnique: true }
  const row = table.columns.map(({ name }) => columnSql(name)).join(', ')
  const content: Key = { sql: `sha256(convert_to(ROW(${row})::text, 'UTF8'))`, oid: byteaOid, ...place }
  return { keys: [...wanted, content], isUnique: false }
}

const keyOf = ({ name, oid, nullable }: TableColumn, descending: boolean): Key => ({
  sql: columnSql(name),
  oid,
  nullable,
  descending,
})

/** Ascending puts nulls last and descending first, as the server does by itself. */
export const orderSql = ({ keys }: Keyset): string =>
  keys.map(({ sql, descending }) => `${sql}${descending ? ' DESC' : ''}`).join(', ')

/** The condition for rows after a place; where rows are counted, the equal ones are in it too. */
export function afterSql({ keys, isUnique }: Keyset, { values }: Place, binds: Binds): string {
  const places = keys.map(({ oid }, i) => (values[i] === null ? '' : binds.add(values[i]!, oid)))
  const direction = keys[0]?.descending
  // One comparison of rows is what an index can follow.
  if (keys.every(({ nullable, descending }) => !nullable && descending === direction)) {
    const sign = `${direction ? '<' : '>'}${isUnique ? '' : '='}`
    return `(${keys.map(({ sql }) => sql).join(', ')}) ${sign} (${places.join(', ')})`
  }
  const from = (i: number): string => {
    const key = keys[i]
    if (key === undefined) return isUnique ? 'false' : 'true'
    const { sql, nullable, descending } = key
    if (values[i] === null) {
      const equal = `${sql} IS NULL AND ${from(i + 1)}`
      return descending ? `(${sql} IS NOT NULL OR ${equal})` : `(${equal})`
    }
    const beyond = `${sql} ${descending ? '<' : '>'} ${places[i]}`
    return `(${beyond}${nullable && !descending ? ` OR ${sql} IS NULL` : ''} OR ${sql} = ${places[i]} AND ${from(i + 1)})`
  }
  return from(0)
}
