import { Fault } from '../../domain/faults.ts'
import { type Comparison, type Filter, isComparison, type Operand } from '../../domain/filter.ts'
import { findColumn } from '../sql/find-column.ts'
import type { TableColumn } from './resolve-table.ts'
import { arrayText, type Binds, columnSql } from './sql.ts'
import { arrayOf } from './types.ts'

const operators = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=', like: 'LIKE', ilike: 'ILIKE' } as const
const textOid = 25
const maxBinds = 30_000

/**
 * A filter as a condition. Names are those of the catalog, values are bound as the column's own type, and `named`
 * learns which column each bind belongs to. Fault invalid-request.
 */
export function whereSql(filter: Filter, columns: readonly TableColumn[], binds: Binds, named: string[]): string {
  if (isComparison(filter)) return comparisonSql(filter, columns, binds, named)
  if ('not' in filter) return `NOT (${whereSql(filter.not, columns, binds, named)})`
  const [parts, word] = 'and' in filter ? [filter.and, ' AND '] : [filter.or, ' OR ']
  return `(${parts.map((part) => whereSql(part, columns, binds, named)).join(word)})`
}

function comparisonSql(filter: Comparison, columns: readonly TableColumn[], binds: Binds, named: string[]): string {
  const column = findColumn(filter[0], columns)
  const bind = (value: Operand, type: number) => {
    if (binds.parameters.length >= maxBinds)
      throw new Fault('invalid-request', `The filter holds more than ${maxBinds} values.`, {
        hint: 'Compare with many values by one "in".',
      })
    named[binds.parameters.length] = column.name
    return binds.add(textOf(value, column), type)
  }
  const name = columnSql(column.name)
  switch (filter[1]) {
    case 'is-null':
      return `${name} IS NULL`
    case 'between':
      return `${name} BETWEEN ${bind(filter[2], column.oid)} AND ${bind(filter[3], column.oid)}`
    case 'like':
    case 'ilike':
      return `${name} ${operators[filter[1]]} ${bind(filter[2], textOid)}`
    case 'in': {
      const array = arrayOf(column.oid)
      if (array === undefined) return `${name} IN (${filter[2].map((value) => bind(value, column.oid)).join(', ')})`
      return `${name} = ANY (${bind(arrayText(filter[2].map((value) => textOf(value, column))), array)})`
    }
    default:
      return `${name} ${operators[filter[1]]} ${bind(filter[2], column.oid)}`
  }
}

function textOf(value: Operand, column: TableColumn): string {
  const text = String(value)
  if (text.includes('\0') || !text.isWellFormed())
    throw new Fault('invalid-request', `A value for column ${JSON.stringify(column.name)} is not well-formed text.`)
  return text
}
