import { Fault } from '../../domain/faults.ts'
import { type Comparison, type Filter, isComparison, unknownColumn } from '../../domain/filter.ts'
import { operandOf } from './operand.ts'
import { textParameter } from './parameters.ts'
import type { TableColumn } from './resolve-table.ts'
import { type Binds, columnSql } from './sql.ts'

const operators = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' } as const
const maxBinds = 30_000

/**
 * A filter as a condition. Names are those of the catalog, values are bound as the column's own type; texts are
 * compared as the column's collation says. Fault invalid-request.
 */
export function whereSql(filter: Filter, columns: readonly TableColumn[], binds: Binds): string {
  if (isComparison(filter)) return comparisonSql(filter, columns, binds)
  if ('not' in filter) return `NOT (${whereSql(filter.not, columns, binds)})`
  const [parts, word] = 'and' in filter ? [filter.and, ' AND '] : [filter.or, ' OR ']
  return `(${parts.map((part) => whereSql(part, columns, binds)).join(word)})`
}

function comparisonSql(filter: Comparison, columns: readonly TableColumn[], binds: Binds): string {
  const column = findColumn(filter[0], columns)
  const { compared } = column.carried
  const bind = (value: string | number | boolean) => {
    if (binds.parameters.length >= maxBinds)
      throw new Fault('invalid-request', `The filter holds more than ${maxBinds} values.`)
    return binds.add(operandOf(value, compared, column.name))
  }
  const name = comparable(column)
  switch (filter[1]) {
    case 'is-null':
      return `${columnSql(column.name)} IS NULL`
    case 'between':
      return `${name} BETWEEN ${bind(filter[2])} AND ${bind(filter[3])}`
    case 'like':
      return `${name} LIKE ${binds.add(pattern(filter[2], column))}`
    case 'ilike':
      return `LOWER(${name}) LIKE LOWER(${binds.add(pattern(filter[2], column))})`
    case 'in':
      return `${name} IN (${filter[2].map(bind).join(', ')})`
    default:
      return `${name} ${operators[filter[1]]} ${bind(filter[2])}`
  }
}

/** What of a column is compared: a document only as its text. */
export const comparable = ({ name, carried }: TableColumn): string =>
  carried.compared === 'document' ? `CAST(${columnSql(name)} AS CHAR)` : columnSql(name)

function pattern(text: string, { name, carried }: TableColumn) {
  if (carried.compared === 'text' && text.isWellFormed()) return textParameter(text)
  throw new Fault('invalid-request', `Column ${JSON.stringify(name)} cannot be compared with a pattern.`, {
    hint: 'Patterns are for columns of text.',
  })
}

export function findColumn(name: string, columns: readonly TableColumn[]): TableColumn {
  const column = columns.find((candidate) => candidate.name === name)
  if (column) return column
  throw unknownColumn(
    name,
    columns.map((candidate) => candidate.name),
  )
}
