import { unknownColumn } from '../../domain/filter.ts'

/** Fault invalid-request. */
export function findColumn<Column extends { readonly name: string }>(name: string, columns: readonly Column[]): Column {
  const column = columns.find((candidate) => candidate.name === name)
  if (column) return column
  throw unknownColumn(
    name,
    columns.map((candidate) => candidate.name),
  )
}
