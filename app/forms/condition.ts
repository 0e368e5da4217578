import type { Filter } from '../../clients/typescript/index.ts'
import {
  asFilter,
  type Condition,
  isOperator,
  type Operand,
  type OperatorName,
  operators,
} from '../sources/table-view.ts'

/** A condition as it stands in a form: its values as they are typed; those of `in` one a line, the end of `between` apart. */
export interface ConditionDraft {
  readonly column: string
  readonly operator: OperatorName
  readonly value: string
  readonly high: string
}

/** Which rows, as a form has it: all of the conditions hold, or any. */
export interface RowsDraft {
  readonly join: 'and' | 'or'
  readonly conditions: readonly ConditionDraft[]
}

export const newCondition = (column: string): ConditionDraft => ({ column, operator: 'eq', value: '', high: '' })

/** The comparisons that a column of that type knows. */
export function operatorsOf(type: string): readonly (readonly [OperatorName, string])[] {
  const isText = type === 'utf8'
  const hasOrder = !/^(bool|json|binary|list)/.test(type)
  return (Object.entries(operators) as [OperatorName, string][]).filter(([operator]) =>
    /like/.test(operator) ? isText : hasOrder || !/^(lt|le|gt|ge|between)$/.test(operator),
  )
}

/** As the API compares: digits that a JSON number would not keep, and dates, stay text. */
export function conditionOf({ column, operator, value, high }: ConditionDraft, type: string): Condition {
  if (operator === 'is-null' || operator === 'is-not-null') return [column, operator]
  if (operator === 'in') return [column, operator, value.split('\n').map((line) => operandOf(line, type))]
  if (operator === 'between') return [column, operator, operandOf(value, type), operandOf(high, type)]
  return [column, operator, operandOf(value, type)]
}

function operandOf(value: string, type: string): Operand {
  if (type === 'bool' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true'
  if (/^(int32|float)/.test(type) && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value)
  return value
}

const forms: readonly (readonly [type: RegExp, form: RegExp, example: string])[] = [
  [/^int/, /^-?\d+$/, '42'],
  [/^(decimal|float)/, /^-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/, '4.20'],
  [/^date/, /^-?\d{4,}-\d\d-\d\d$/, '2026-01-31'],
  [/^timestamp/, /^-?\d{4,}-\d\d-\d\d/, '2026-01-31T12:00:00Z'],
]

/** How a value of that type is written; undefined of texts. */
export const exampleOf = (type: string): string | undefined => forms.find(([of]) => of.test(type))?.[2]

/** What is wrong with a value, before anybody else says it. */
export function wrongValue(value: string, type: string): string | undefined {
  const [, form, example] = forms.find(([of]) => of.test(type)) ?? []
  return form === undefined || form.test(value.trim()) ? undefined : `must be written as ${example}`
}

/** The filter; undefined where every row is meant. */
export function filterOf({ join, conditions }: RowsDraft, typeOf: (column: string) => string): Filter | undefined {
  const filters = conditions.map((draft) => asFilter(conditionOf(draft, typeOf(draft.column))))
  if (filters.length < 2) return filters[0]
  return join === 'and' ? { and: filters } : { or: filters }
}

/** What a form can show of a filter; undefined where that is more than conditions joined once. */
export function rowsDraftOf(filter: unknown): RowsDraft | undefined {
  if (filter === undefined) return { join: 'and', conditions: [] }
  const { and, or } = filter as { readonly and?: unknown; readonly or?: unknown }
  const parts = Array.isArray(and) ? and : Array.isArray(or) ? or : [filter]
  const conditions = parts.map(conditionDraftOf)
  if (!conditions.every((each) => each !== undefined)) return undefined
  return { join: Array.isArray(or) ? 'or' : 'and', conditions }
}

function conditionDraftOf(filter: unknown): ConditionDraft | undefined {
  const { not } = filter as { readonly not?: unknown }
  if (Array.isArray(not) && not.length === 2 && not[1] === 'is-null')
    return { ...newCondition(String(not[0])), operator: 'is-not-null' }
  if (!Array.isArray(filter)) return undefined
  const [column, operator, first = '', second = ''] = filter as readonly unknown[]
  if (!isOperator(operator)) return undefined
  const value = Array.isArray(first) ? first.map(String).join('\n') : String(first)
  return { column: String(column), operator, value, high: String(second) }
}
