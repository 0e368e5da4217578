import type { Filter } from '../../clients/typescript/index.ts'
import type { Window } from '../../clients/typescript/rows.ts'

export type Operand = string | number | boolean

/** One condition: `[column, operator, …operands]`, as the API's `where` has it, and `is-not-null` besides. */
export type Condition = readonly [
  column: string,
  operator: string,
  ...operands: readonly (Operand | readonly Operand[])[],
]

/** What of a table is on screen, as it stands in the address. Conditions are joined by and. */
export interface TableView {
  readonly where?: readonly Condition[]
  /** Column names, `-` before a descending one. */
  readonly order?: readonly string[]
  readonly select?: readonly string[]
}

export function readView(search: Readonly<Record<string, unknown>>): TableView {
  const where = list(search.where).filter(isCondition)
  const order = list(search.order).map(String)
  const select = list(search.select).map(String)
  return {
    ...(where.length > 0 && { where }),
    ...(order.length > 0 && { order }),
    ...(select.length > 0 && { select }),
  }
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const isCondition = (value: unknown): value is Condition =>
  Array.isArray(value) && value.length >= 2 && typeof value[0] === 'string' && isOperator(value[1])

/** Which rows and columns the view shows, as the client asks for them. */
export function queryOf({ where = [], order = [], select = [] }: TableView): Window {
  const filters = where.map(asFilter)
  return {
    ...(filters.length > 0 && { where: filters.length === 1 ? filters[0]! : { and: filters } }),
    ...(order.length > 0 && { order }),
    ...(select.length > 0 && { select }),
  }
}

export const operators = {
  eq: '=',
  ne: '≠',
  lt: '<',
  le: '≤',
  gt: '>',
  ge: '≥',
  like: 'like',
  ilike: 'like, any case',
  in: 'is one of',
  between: 'is between',
  'is-null': 'is NULL',
  'is-not-null': 'is not NULL',
} as const
export type OperatorName = keyof typeof operators

export const isOperator = (value: unknown): value is OperatorName =>
  typeof value === 'string' && Object.hasOwn(operators, value)

/** A condition as the API takes it. */
export const asFilter = ([column, operator, ...operands]: Condition): Filter =>
  (operator === 'is-not-null' ? { not: [column, 'is-null'] } : [column, operator, ...operands]) as Filter
