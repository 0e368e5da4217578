import { describe, expect, it } from 'vitest'
import type { FieldType } from '../../shared/domain/batch.ts'
import { joinBatches } from '../../shared/formats/order/join-batches.ts'
import { orderRows } from '../../shared/formats/order.ts'
import { batchOf, type Cell, cellsOf, field, rowsOf } from './batches.ts'
import { everyRow, everySchema } from './everything.ts'

const key = (type: FieldType) => [field('key', type), field('at', { is: 'int32' })]

/** The keys in order, and where each came from. */
const ordered = async (
  type: FieldType,
  cells: readonly Cell[],
  { descending = false, end = 100, batchRows = 3 } = {},
) => {
  const rows = rowsOf(
    key(type),
    cells.map((cell, at) => [cell, at]),
    batchRows,
  )
  return await cellsOf(orderRows(rows, [{ column: 'key', descending }], [0, end]))
}

describe('rows in an order', () => {
  it.each<[FieldType, readonly Cell[]]>([
    [{ is: 'bool' }, [false, true, null]],
    [{ is: 'int32' }, [-(2 ** 31), -1, 0, 7, 2 ** 31 - 1, null]],
    [{ is: 'int64' }, [-(2n ** 63n), -1n, 0n, 9007199254740993n, 9007199254740994n, null]],
    [{ is: 'float64' }, [Number.NEGATIVE_INFINITY, -1.5, 0, 5e-324, 1e300, Number.POSITIVE_INFINITY, Number.NaN, null]],
    [{ is: 'decimal', precision: 10, scale: 2 }, [-100n, -99n, 0n, 1n, null]],
    [
      { is: 'decimal', precision: 38, scale: 0 },
      [-(10n ** 37n), -(2n ** 64n), -1n, 0n, 2n ** 63n, 2n ** 64n + 1n, null],
    ],
    [{ is: 'timestamp', zone: true }, [-1n, 0n, 1_700_000_000_000_001n, null]],
    [{ is: 'date' }, [-719_162, 0, 20_000, null]],
    // by UTF-8 bytes: U+FF5E comes before U+1F600, which UTF-16 has the other way round
    [{ is: 'utf8' }, ['', 'A', 'Z', 'a', 'aa', 'ä', '\uff5e', '\u{1f600}', null]],
    [
      { is: 'uuid' },
      [
        '00000000-0000-0000-0000-000000000001',
        '0f000000-0000-0000-0000-000000000000',
        'f0000000-0000-0000-0000-000000000000',
      ],
    ],
    [{ is: 'list', of: { is: 'int32' } }, [[], [1], [1, 1], [1, null], [2], null]],
  ])('of %o go by the value, null last', async (type, cells) => {
    const shuffled = cells.map((_, i) => cells[(i * 5 + 2) % cells.length]!)
    const isWhole = new Set(shuffled).size === cells.length
    const given = isWhole ? shuffled : [...cells].reverse()
    expect((await ordered(type, given)).map(([cell]) => cell)).toEqual(cells)
    expect((await ordered(type, given, { descending: true })).map(([cell]) => cell)).toEqual([...cells].reverse())
  })

  it('that are equal in it come as they came, in both directions', async () => {
    const cells = [2, 1, 2, 1, null, null]
    expect((await ordered({ is: 'int32' }, cells)).map(([, at]) => at)).toEqual([1, 3, 0, 2, 4, 5])
    const down = await ordered({ is: 'int32' }, cells, { descending: true, batchRows: 1 })
    expect(down.map(([, at]) => at)).toEqual([4, 5, 0, 2, 1, 3])
  })

  it('are the same however few are wanted and however they come', async () => {
    const cells = Array.from({ length: 500 }, (_, i) => (i * 7919) % 83)
    const all = await ordered({ is: 'int32' }, cells, { end: 500, batchRows: 500 })
    for (const end of [1, 2, 10, 83, 499])
      for (const batchRows of [1, 7, 64, 500])
        expect(await ordered({ is: 'int32' }, cells, { end, batchRows })).toEqual(all.slice(0, end))
    const middle = orderRows(
      rowsOf(
        key({ is: 'int32' }),
        cells.map((cell, at) => [cell, at]),
        10,
      ),
      [{ column: 'key', descending: false }],
      [100, 110],
    )
    expect(await cellsOf(middle)).toEqual(all.slice(100, 110))
  })

  it('go by the second column where the first is equal', async () => {
    const rows = rowsOf(key({ is: 'int32' }), [[1, 1], [0, 1], [1, 2], [0, 2]], 3) // biome-ignore format: pairs
    const order = [
      { column: 'key', descending: false },
      { column: 'at', descending: true },
    ]
    expect(await cellsOf(orderRows(rows, order, [0, 9]))).toEqual([[0, 2], [0, 1], [1, 2], [1, 1]]) // biome-ignore format: pairs
  })

  it('by a column that is not there are refused at the call', () => {
    const rows = rowsOf(key({ is: 'int32' }), [])
    expect(() => orderRows(rows, [{ column: 'kye', descending: false }], [0, 1])).toThrow('There is no column "kye"')
  })

  it('that are too wide to hold are refused', async () => {
    const wide = 'x'.repeat(9 * 1024 * 1024)
    const rows = rowsOf(
      key({ is: 'utf8' }),
      Array.from({ length: 9 }, (_, at) => [wide, at]),
      1,
    )
    const reading = cellsOf(orderRows(rows, [{ column: 'at', descending: false }], [0, 9]))
    await expect(reading).rejects.toMatchObject({ code: 'too-large' })
  })
})

it('joined batches hold the rows of each, of every type', async () => {
  const parts = [everyRow.slice(0, 3), everyRow.slice(3, 4), everyRow.slice(4)]
  const joined = joinBatches(
    everySchema,
    parts.map((rows) => batchOf(everySchema, rows)),
  )
  const batches = (async function* () {
    yield joined
  })()
  expect(await cellsOf({ schema: everySchema, batches })).toEqual(everyRow)
})
