import { expect, test } from 'vitest'
import type { FieldType } from '../../shared/domain/batch.ts'
import { Fault } from '../../shared/domain/faults.ts'
import type { Comparison, Filter } from '../../shared/domain/filter.ts'
import { filterRows } from '../../shared/formats/filter.ts'
import { type Cell, cellsOf, field, rowsOf } from './batches.ts'
import { everyRow, everySchema } from './everything.ts'

const rowsKept = async (type: FieldType, cells: readonly Cell[], filter: Filter): Promise<Cell[]> => {
  const rows = rowsOf(
    [field('x', type)],
    cells.map((cell) => [cell]),
    2,
  )
  return (await cellsOf(filterRows(rows, filter))).map(([cell]) => cell!)
}

const instant = (text: string): bigint => BigInt(Date.parse(text)) * 1000n

test.each<[string, FieldType, readonly Cell[], Comparison, readonly Cell[]]>([
  ['int32 by digits', { is: 'int32' }, [1, null, -5, 7], ['x', 'lt', '2'], [1, -5]],
  ['int32 past its range', { is: 'int32' }, [1, -2147483648], ['x', 'lt', '99999999999'], [1, -2147483648]],
  ['int32 against a fraction', { is: 'int32' }, [1, 2], ['x', 'gt', 1.5], [2]],
  ['int32 is never a fraction', { is: 'int32' }, [1, 2], ['x', 'ne', '1.5'], [1, 2]],
  [
    'int64 beyond 2^53',
    { is: 'int64' },
    [9007199254740993n, 9007199254740992n],
    ['x', 'eq', '9007199254740993'],
    [9007199254740993n],
  ],
  ['int64 negative', { is: 'int64' }, [-1n, -4294967297n, 0n], ['x', 'le', '-1'], [-1n, -4294967297n]],
  ['int64 past its range', { is: 'int64' }, [2n ** 63n - 1n], ['x', 'ge', '9223372036854775808'], []],
  ['int64 in', { is: 'int64' }, [1n, 2n, 3n, null], ['x', 'in', ['3', 1]], [1n, 3n]],
  [
    'decimal exactly',
    { is: 'decimal', precision: 18, scale: 4 },
    [123456789012345678n, 123456789012345679n],
    ['x', 'gt', '12345678901234.5678'],
    [123456789012345679n],
  ],
  [
    'decimal between its own values',
    { is: 'decimal', precision: 10, scale: 2 },
    [100n, 101n],
    ['x', 'le', '1.005'],
    [100n],
  ],
  [
    'negative decimal between',
    { is: 'decimal', precision: 10, scale: 2 },
    [-101n, -100n],
    ['x', 'lt', '-1.005'],
    [-101n],
  ],
  [
    'wide decimal',
    { is: 'decimal', precision: 38, scale: 0 },
    [10n ** 37n, -(10n ** 37n), 5n],
    ['x', 'between', '-1', `${10n ** 37n}`],
    [10n ** 37n, 5n],
  ],
  ['float NaN is itself', { is: 'float64' }, [Number.NaN, 1], ['x', 'eq', 'NaN'], [Number.NaN]],
  ['float NaN is above', { is: 'float64' }, [Number.NaN, 1, Infinity], ['x', 'gt', 'Infinity'], [Number.NaN]],
  ['float -0 is 0', { is: 'float64' }, [-0, 1], ['x', 'eq', 0], [-0]],
  ['float32 by its shortest text', { is: 'float32' }, [Math.fround(0.1)], ['x', 'eq', 0.1], [Math.fround(0.1)]],
  ['text by bytes', { is: 'utf8' }, ['a', 'B', 'ä', '\uffff', '😀'], ['x', 'gt', '\uffff'], ['😀']],
  ['text prefix is less', { is: 'utf8' }, ['a', 'aa', ''], ['x', 'lt', 'aa'], ['a', '']],
  ['like', { is: 'utf8' }, ['abc', 'a%c', 'ac', 'ABC', null], ['x', 'like', 'a\\%_'], ['a%c']],
  ['like any text', { is: 'utf8' }, ['abcabd', 'abd', 'abda'], ['x', 'like', '%ab_'], ['abcabd', 'abd']],
  ['like one character', { is: 'utf8' }, ['é', '😀', 'ab', ''], ['x', 'like', '_'], ['é', '😀']],
  ['like nothing', { is: 'utf8' }, ['', 'a'], ['x', 'like', ''], ['']],
  ['like line ends', { is: 'utf8' }, ['a\nb'], ['x', 'like', 'a%b'], ['a\nb']],
  ['ilike', { is: 'utf8' }, ['STRASSE', 'ÄHRE', 'x'], ['x', 'ilike', '%ä%'], ['ÄHRE']],
  [
    'uuid',
    { is: 'uuid' },
    ['123e4567-e89b-12d3-a456-426614174000'],
    ['x', 'eq', '123E4567E89B12D3A456426614174000'],
    ['123e4567-e89b-12d3-a456-426614174000'],
  ],
  ['binary by base64', { is: 'binary' }, [Uint8Array.of(0xde, 0xad)], ['x', 'eq', '3q0='], [Uint8Array.of(0xde, 0xad)]],
  ['bool', { is: 'bool' }, [true, false, null], ['x', 'eq', false], [false]],
  ['date', { is: 'date' }, [0, 1, -1], ['x', 'between', '1969-12-31', '1970-01-01'], [0, -1]],
  [
    'timestamp with a zone, in another',
    { is: 'timestamp', zone: true },
    [instant('2024-01-02T03:04:05Z'), instant('2024-01-02T03:04:06Z')],
    ['x', 'eq', '2024-01-02T05:04:05+02:00'],
    [instant('2024-01-02T03:04:05Z')],
  ],
  [
    'timestamp by its day',
    { is: 'timestamp', zone: false },
    [instant('2024-01-02T00:00:00Z') - 1n, instant('2024-01-02T00:00:00Z')],
    ['x', 'ge', '2024-01-02'],
    [instant('2024-01-02T00:00:00Z')],
  ],
  ['is-null of json', { is: 'json' }, ['null', null], ['x', 'is-null'], [null]],
])('%s', async (_, type, cells, filter, kept) => {
  expect(await rowsKept(type, cells, filter)).toEqual(kept)
})

test('null is unknown: it is kept by no comparison and by no negation of one', async () => {
  const int32: FieldType = { is: 'int32' }
  const cells = [1, null, 2]
  expect(await rowsKept(int32, cells, { not: ['x', 'eq', 1] })).toEqual([2])
  expect(await rowsKept(int32, cells, { not: ['x', 'in', [1]] })).toEqual([2])
  expect(await rowsKept(int32, cells, { not: ['x', 'is-null'] })).toEqual([1, 2])
  expect(
    await rowsKept(int32, cells, {
      or: [
        ['x', 'eq', 9],
        ['x', 'is-null'],
      ],
    }),
  ).toEqual([null])
  expect(
    await rowsKept(int32, cells, {
      not: {
        and: [
          ['x', 'eq', 1],
          ['x', 'is-null'],
        ],
      },
    }),
  ).toEqual([1, 2])
})

test.each<[FieldType, Comparison]>([
  [{ is: 'int32' }, ['x', 'eq', 'abc']],
  [{ is: 'int64' }, ['x', 'eq', 2 ** 53]],
  [{ is: 'int32' }, ['x', 'eq', true]],
  [{ is: 'utf8' }, ['x', 'eq', 5]],
  [{ is: 'date' }, ['x', 'eq', '2023-02-29']],
  [{ is: 'date' }, ['x', 'eq', 20230101]],
  [{ is: 'timestamp', zone: false }, ['x', 'eq', '2024-01-02T00:00:00Z']],
  [{ is: 'uuid' }, ['x', 'eq', 'not-a-uuid']],
  [{ is: 'json' }, ['x', 'eq', '1']],
  [{ is: 'list', of: { is: 'int32' } }, ['x', 'eq', '1']],
  [{ is: 'int32' }, ['x', 'like', '1%']],
  [{ is: 'utf8' }, ['x', 'like', 'a\\']],
  [{ is: 'int32' }, ['y', 'eq', 1]],
])('%j %j is an invalid request, before anything is read', (type, filter) => {
  const rows = rowsOf([field('x', type)], [])
  let thrown: unknown
  try {
    filterRows(rows, filter)
  } catch (cause) {
    thrown = cause
  }
  expect(thrown).toBeInstanceOf(Fault)
  expect((thrown as Fault).code).toBe('invalid-request')
})

test('rows that are kept keep every type', async () => {
  const schema = [...everySchema, field('n', { is: 'int32' })]
  const cells = everyRow.map((row, i) => [...row, i])
  const odd: Filter = { or: cells.flatMap((_, i) => (i % 2 === 1 ? [['n', 'eq', i] as const] : [])) }
  expect(await cellsOf(filterRows(rowsOf(schema, cells, 5), odd))).toEqual(cells.filter((_, i) => i % 2 === 1))
})

test('a limit ends the reading, frees the producer and says where to go on', async () => {
  let isFreed = false
  const schema = [field('n', { is: 'int32' }), field('other', { is: 'utf8' })]
  const cells = Array.from({ length: 100 }, (_, i) => [i, 'x'])
  const rows = rowsOf(schema, cells, 10, () => {
    isFreed = true
  })
  const filtered = filterRows(rows, ['n', 'ge', 25], { select: ['n'], limit: 7 })
  expect(await cellsOf(filtered)).toEqual(cells.slice(25, 32).map(([n]) => [n]))
  expect(filtered.scanned()).toBe(32)
  expect(isFreed).toBe(true)
})

test('a pattern made to be slow is not', async () => {
  const kept = await rowsKept({ is: 'utf8' }, ['a'.repeat(20_000)], ['x', 'like', `${'%a'.repeat(50)}%b`])
  expect(kept).toEqual([])
})
