import type { Statistics } from '../api/types.ts'
import type { Condition } from '../sources/table-view.ts'
import type { Bar, ColumnStats } from './column-stats.ts'

type Counted = Statistics['columns'][number]

/** What the server counted over all rows, as it is drawn. */
export function countedStats(rows: number, counted: Counted): ColumnStats {
  const { nulls, distinct, others, bars } = counted
  const drawn = bars.map((bar, i) => drawnBar(counted, bar, i))
  const shape = drawn.length === 0 ? 'many' : 'value' in bars[0]! ? 'values' : 'ranges'
  return { sampled: rows, isSample: false, nulls, distinct: distinct ?? undefined, others, shape, bars: drawn }
}

function drawnBar({ name, min, max }: Counted, bar: Counted['bars'][number], i: number): Bar {
  const { count } = bar
  if ('value' in bar) {
    const value = bar.value ?? ''
    return { label: value === '' ? '(empty)' : String(value), count, where: [[name, 'eq', value]] }
  }
  const { from, to } = bar
  const where: readonly Condition[] = [
    ...(from === null ? [] : [[name, 'ge', from] as const]),
    ...(to === null ? [] : [[name, 'lt', to] as const]),
  ]
  return { label: `${i === 0 ? min : from} to ${to ?? max}`, count, where }
}
