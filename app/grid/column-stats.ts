import type { Column, Row } from '../api/types.ts'
import type { Condition } from '../sources/table-view.ts'

export interface Bar {
  readonly label: string
  readonly count: number
  /** Which rows are in it. */
  readonly where: readonly Condition[]
}

/** What some rows, or all, tell of one column. */
export interface ColumnStats {
  /** How many rows were counted. */
  readonly sampled: number
  /** Whether there are others that were not. */
  readonly isSample: boolean
  readonly nulls: number
  readonly shape: 'ranges' | 'values' | 'many'
  readonly bars: readonly Bar[]
  /** Rows that are neither NULL nor in a bar. */
  readonly others: number
  /** Undefined where there were too many to tell. */
  readonly distinct: number | undefined
}

const binCount = 12
const mostValues = 8

/** The statistics of column `index` over these rows; `isSample`: there are others. */
export function columnStats(
  { name, type }: Column,
  index: number,
  rows: readonly Row[],
  isSample: boolean,
): ColumnStats {
  const values = rows.map((row) => row[index]).filter((value) => value !== null && value !== undefined)
  const base = { sampled: rows.length, isSample, nulls: rows.length - values.length }
  const distinct = new Set(values).size
  const scale = scaleOf(type)
  if (scale !== undefined && distinct > mostValues) {
    const numbers = values.map(scale.read).filter(Number.isFinite)
    if (numbers.length > 0) {
      const bars = ranges(name, numbers, scale)
      return { ...base, distinct, shape: 'ranges', bars, others: values.length - numbers.length }
    }
  }
  if (!isComparable(type)) return { ...base, distinct, shape: 'many', bars: [], others: values.length }
  const counts = new Map<unknown, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const most = [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, mostValues)
  if (distinct > mostValues && (most[0]?.[1] ?? 0) < values.length * 0.02)
    return { ...base, distinct, shape: 'many', bars: [], others: values.length }
  const bars = most.map(([value, count]) => ({
    label: value === '' ? '(empty)' : String(value),
    count,
    where: [[name, 'eq', value as string | number | boolean]] satisfies Condition[],
  }))
  return {
    ...base,
    distinct,
    shape: 'values',
    bars,
    others: values.length - bars.reduce((sum, { count }) => sum + count, 0),
  }
}

/** A type that has an order worth a histogram: how its values become numbers, and numbers operands. */
interface Scale {
  readonly read: (value: unknown) => number
  readonly write: (value: number) => string | number
}

function scaleOf(type: string): Scale | undefined {
  if (type === 'int32') return { read: Number, write: Math.round }
  if (type === 'int64') return { read: Number, write: (value) => String(Math.round(value)) }
  if (type === 'float32' || type === 'float64') return { read: Number, write: round }
  if (type.startsWith('decimal')) {
    const places = Number(/,(\d+)\)/.exec(type)?.[1] ?? 0)
    return { read: Number, write: (value) => value.toFixed(Math.min(places, 20)) }
  }
  if (type === 'date') return { read: (value) => Date.parse(`${value}T00:00:00Z`), write: (ms) => iso(ms).slice(0, 10) }
  if (type === 'timestamptz') return { read: (value) => Date.parse(String(value)), write: iso }
  if (type === 'timestamp')
    return { read: (value) => Date.parse(`${String(value).replace(' ', 'T')}Z`), write: (ms) => iso(ms).slice(0, 19) }
  return undefined
}

const iso = (ms: number): string => new Date(ms).toISOString()
const round = (value: number): number => Number(value.toPrecision(6))
const isComparable = (type: string): boolean => !/^(json|binary|list<)/.test(type)

function ranges(name: string, numbers: readonly number[], { write }: Scale): readonly Bar[] {
  const low = numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const width = (high - low) / binCount || 1
  const counts = new Array<number>(binCount).fill(0)
  for (const value of numbers) {
    const bin = Math.min(binCount - 1, Math.floor((value - low) / width))
    counts[bin] = counts[bin]! + 1
  }
  return counts.map((count, bin) => {
    const from = write(low + bin * width)
    const to = write(low + (bin + 1) * width)
    const isLast = bin === binCount - 1
    // The outermost bars are open, so that rounding a bound loses no row, nor does a row that the sample lacks.
    const where: readonly Condition[] = [
      ...(bin === 0 ? [] : [[name, 'ge', from] as const]),
      ...(isLast ? [] : [[name, 'lt', to] as const]),
    ]
    return { label: `${from} to ${to}`, count, where }
  })
}
