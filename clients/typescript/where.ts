import type { Filter, Operand } from '../../shared/domain/filter.ts'

/**
 * Conditions on a column, as `where` takes them: `column('price').gt(10)`. With the type of a row, only its columns:
 * `column<Experiment>('title')`. Digits too long for a number, dates and timestamps are compared as text.
 */
export function column<T extends object = Record<string, unknown>>(name: keyof T & string) {
  return {
    eq: (value: Operand): Filter => [name, 'eq', value],
    ne: (value: Operand): Filter => [name, 'ne', value],
    lt: (value: Operand): Filter => [name, 'lt', value],
    le: (value: Operand): Filter => [name, 'le', value],
    gt: (value: Operand): Filter => [name, 'gt', value],
    ge: (value: Operand): Filter => [name, 'ge', value],
    /** `%` is any text, `_` any one character. */
    like: (pattern: string): Filter => [name, 'like', pattern],
    /** `like`, upper and lower case alike. */
    ilike: (pattern: string): Filter => [name, 'ilike', pattern],
    in: (values: readonly Operand[]): Filter => [name, 'in', values],
    /** Both ends belong to it. */
    between: (low: Operand, high: Operand): Filter => [name, 'between', low, high],
    isNull: (): Filter => [name, 'is-null'],
    isNotNull: (): Filter => ({ not: [name, 'is-null'] }),
  }
}

export const and = (...filters: readonly Filter[]): Filter => ({ and: filters })
export const or = (...filters: readonly Filter[]): Filter => ({ or: filters })
export const not = (filter: Filter): Filter => ({ not: filter })
