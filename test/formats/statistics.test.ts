import { describe, expect, it } from 'vitest'
import type { FieldType } from '../../shared/domain/batch.ts'
import { Histogram } from '../../shared/formats/statistics/histogram.ts'
import { clockWidth, decimalWidth } from '../../shared/formats/statistics/widths.ts'
import { countColumns } from '../../shared/formats/statistics.ts'
import { randomOf } from '../support/random.ts'
import { type Cell, field, rowsOf } from './batches.ts'

async function counted(type: FieldType, cells: readonly Cell[]) {
  const { columns } = await countColumns(
    rowsOf(
      [field('value', type)],
      cells.map((cell) => [cell]),
      3,
    ),
  )
  return columns[0]!.counts
}

const range = (length: number) => Array.from({ length }, (_, i) => i)

describe('a histogram', () => {
  const shapes: Readonly<Record<string, (random: () => number, i: number) => number>> = {
    'evenly spread': (random) => Math.floor(random() * 1e6),
    'narrow first and far apart later': (random, i) =>
      i < 5000 ? Math.floor(random() * 3) : Math.floor(random() * 1e12) - 5e11,
    'not whole': (random) => random() ** 3,
    'of every size': (random, i) => (random() - 0.5) * 10 ** ((i % 600) - 300),
    'one and the same': () => 0.1,
    'as large as there is room for': (random) => (random() < 0.5 ? -1 : 1) * 1e300 * random(),
    growing: (_, i) => i,
    'near the largest whole numbers': (_, i) => Number.MAX_SAFE_INTEGER - i,
  }
  for (const [name, shape] of Object.entries(shapes))
    it(`has in each bar what lies between its edges, where values are ${name}`, () => {
      const random = randomOf(7).next
      const values = Array.from({ length: 20_000 }, (_, i) => shape(random, i))
      const histogram = new Histogram(decimalWidth, values.every(Number.isInteger) ? 0 : -44)
      for (const value of values) histogram.add(value)
      const buckets = histogram.buckets()
      expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(values.length)
      expect(buckets.length).toBeLessThanOrEqual(14)
      if (new Set(values).size > 1 && name !== 'of every size') expect(buckets.length).toBeGreaterThan(3)
      for (const { from, to, count } of buckets)
        expect(values.filter((value) => value >= from && value < to).length).toBe(count)
    })

  it('of times has the edges of a clock', () => {
    const histogram = new Histogram(clockWidth, 0)
    for (let minute = 0; minute < 24 * 60; minute++) histogram.add(minute * 60e6)
    const [first, second] = histogram.buckets()
    expect([first!.from, second!.from]).toEqual([0, 3 * 3600e6])
  })
})

describe('what is counted of a column', () => {
  it('is each of few values, the NULLs, and what is left', async () => {
    expect(await counted({ is: 'utf8' }, ['a', 'ä', 'a', '', null, 'a'])).toEqual({
      nulls: 1,
      distinct: 3,
      min: null,
      max: null,
      bars: [
        { value: 'a', count: 3 },
        { value: 'ä', count: 1 },
        { value: '', count: 1 },
      ],
      others: 0,
    })
    expect((await counted({ is: 'bool' }, [true, false, null, true])).bars).toEqual([
      { value: true, count: 2 },
      { value: false, count: 1 },
    ])
    expect((await counted({ is: 'int64' }, [2n ** 60n, 2n ** 60n + 1n])).bars).toEqual([
      { value: String(2n ** 60n), count: 1 },
      { value: String(2n ** 60n + 1n), count: 1 },
    ])
  })

  it('is ranges where values have an order, in the words of the rows', async () => {
    const decimal = await counted({ is: 'decimal', precision: 9, scale: 2 }, range(1000).map(BigInt))
    expect(decimal).toMatchObject({ min: '0.00', max: '9.99', distinct: 1000, others: 0 })
    expect(decimal.bars[0]).toEqual({ from: null, to: '1.00', count: 100 })
    expect(decimal.bars.at(-1)).toEqual({ from: '9.00', to: null, count: 100 })
    const days = await counted({ is: 'date' }, range(40))
    expect(days.bars[1]).toEqual({ from: '1970-01-06', to: '1970-01-11', count: 5 })
    const times = await counted(
      { is: 'timestamp', zone: true },
      range(20).map((day) => BigInt(day) * 86_400_000_000n),
    )
    expect(times.bars[1]).toMatchObject({ from: '1970-01-03T00:00:00Z', count: 2 })
    const floats = await counted({ is: 'float64' }, [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.MAX_VALUE,
      ...range(20),
    ])
    expect(floats).toMatchObject({ min: 0, max: 19, others: 3 })
  })

  it('is not each of many values, nor what has no order', async () => {
    const many = range(3000).map((i) => `text ${i}`)
    expect(await counted({ is: 'utf8' }, many)).toMatchObject({ distinct: null, bars: [], others: 3000 })
    expect(await counted({ is: 'json' }, ['{}', '[]'])).toMatchObject({ distinct: null, bars: [], others: 2 })
    expect(await counted({ is: 'utf8' }, [])).toMatchObject({ nulls: 0, distinct: 0, bars: [] })
  })
})
