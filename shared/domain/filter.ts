import * as z from 'zod'
import { Fault } from './faults.ts'

/** A value to compare with. Digits too long for a JSON number (int64, decimal), dates and timestamps come as text. */
export const Operand = z.union([z.string(), z.number(), z.boolean()])
export type Operand = z.infer<typeof Operand>

const column = z.string().min(1)

const shapes =
  'must be `[column, operator, value]` with one of eq, ne, lt, le, gt, ge, like, ilike; `[column, "in", [values]]`, ' +
  '`[column, "is-null"]`, `[column, "between", low, high]`; or {"and": […]}, {"or": […]}, {"not": …} of these'

/** Which rows: a comparison `[column, operator, operand]`, or `and`, `or`, `not` of filters. */
export const Filter: z.ZodType<Filter> = z
  .lazy(() =>
    z.union(
      [
        z.tuple([column, z.enum(['eq', 'ne', 'lt', 'le', 'gt', 'ge']), Operand]),
        z.tuple([column, z.enum(['like', 'ilike']), z.string()]),
        z.tuple([column, z.literal('in'), z.array(Operand).min(1).max(10_000)]),
        z.tuple([column, z.literal('is-null')]),
        z.tuple([column, z.literal('between'), Operand, Operand]),
        z.strictObject({ and: z.array(Filter).min(1) }),
        z.strictObject({ or: z.array(Filter).min(1) }),
        z.strictObject({ not: Filter }),
      ],
      { error: shapes },
    ),
  )
  .meta({ id: 'Filter' }) as z.ZodType<Filter>

export type Comparison =
  | readonly [column: string, operator: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge', operand: Operand]
  | readonly [column: string, operator: 'like' | 'ilike', pattern: string]
  | readonly [column: string, operator: 'in', operands: readonly Operand[]]
  | readonly [column: string, operator: 'is-null']
  | readonly [column: string, operator: 'between', low: Operand, high: Operand]

export type Filter =
  | Comparison
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }

export const isComparison = (filter: Filter): filter is Comparison => Array.isArray(filter)

export interface Order {
  readonly column: string
  readonly descending: boolean
}

/** The columns that a filter names, each once. */
export function columnsOf(filter: Filter): string[] {
  if (isComparison(filter)) return [filter[0]]
  const parts = 'and' in filter ? filter.and : 'or' in filter ? filter.or : [filter.not]
  return [...new Set(parts.flatMap(columnsOf))]
}

/** The fault for a column that is not there, with the nearest names as a hint, or else the first of them all. */
export function unknownColumn(name: string, known: readonly string[]): Fault {
  const near = nearest(name, known)
  return new Fault('invalid-request', `There is no column ${JSON.stringify(name)}.`, {
    hint: near.length > 0 ? `Did you mean ${near.map((n) => JSON.stringify(n)).join(' or ')}?` : columnsHere(known),
  })
}

function columnsHere(known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const shown = known.slice(0, 20).map((name) => JSON.stringify(name.slice(0, 63)))
  return `The columns are ${shown.join(', ')}${known.length > shown.length ? ', …' : ''}.`
}

/** Up to three names close to a mistyped one, the closest first. */
export function nearest(name: string, known: readonly string[]): string[] {
  return known
    .slice(0, 10_000)
    .map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(2, name.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

function distance(a: string, b: string): number {
  if (a.length > 128 || b.length > 128) return a === b ? 0 : Number.POSITIVE_INFINITY
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
