import type { Manifest } from '../domain/snapshot.ts'
import type { RegisteredTable } from '../ports/registry.ts'

/** Digits of a decimal that engines take. */
const mostDigits = 38

/**
 * A version as engines can read it; undefined for files, other formats than Parquet, names that are one in lower case (engines
 * tell no two of them apart), and decimals of more digits than they take.
 */
export function toTable(manifest: Manifest, title: string): RegisteredTable | undefined {
  const { dataset, version, shape, format, columns, parts, rows } = manifest
  if (shape !== 'rows' || format !== 'parquet') return undefined
  const names = columns.map(({ name }) => name.toLowerCase())
  if (new Set(names).size < names.length || names.some((name) => name.trim() === '' || name.length > 255))
    return undefined
  const isTooWide = ({ type }: { readonly type: string }) =>
    [...type.matchAll(/decimal\((\d+),/g)].some(([, digits]) => Number(digits) > mostDigits)
  if (columns.some(isTooWide)) return undefined
  return {
    dataset,
    title,
    version,
    columns: columns.map(({ name, type }) => ({ name, type })),
    files: parts.map(({ key }) => key),
    rows,
  }
}
