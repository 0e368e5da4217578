import type { Column, Rows } from '../api/types.ts'
import type { ReadPage } from './row-pages.ts'

/** Rows that are all here already. */
export const rowsInMemory = ({ columns, rows }: Pick<Rows, 'columns' | 'rows'>): ReadPage => {
  return async (cursor, limit) => {
    const begin = Number(cursor ?? 0)
    const end = begin + limit
    return { columns, rows: rows.slice(begin, end), next: end < rows.length ? String(end) : null }
  }
}

/** A JSON list of objects as rows: a column for every name that any of them has. Undefined where it is no such list. */
export function rowsOfList(value: unknown): Pick<Rows, 'columns' | 'rows'> | undefined {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isObject)) return undefined
  const names = new Set<string>()
  for (const item of value) for (const name of Object.keys(item)) names.add(name)
  const rows = value.map((item) => [...names].map((name) => (Object.hasOwn(item, name) ? item[name] : null)))
  const columns = [...names].map((name, i): Column => {
    const type = typeOf(rows.map((row) => row[i]))
    return { name, type, nativeType: type, nullable: true }
  })
  return { columns, rows }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function typeOf(values: readonly unknown[]): string {
  const types = new Set(values.filter((value) => value !== null).map((value) => typeof value))
  if (types.size !== 1) return 'json'
  const [type] = types
  return { number: 'float64', boolean: 'bool', string: 'utf8' }[type as string] ?? 'json'
}
