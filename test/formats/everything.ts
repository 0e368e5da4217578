/** A table with a column of every type and the values where writers go wrong. */
import type { FieldType, Schema } from '../../shared/domain/batch.ts'
import { type Cell, field } from './batches.ts'

const most64 = 2n ** 63n - 1n
const micros = (seconds: number, micros = 0): bigint => BigInt(seconds) * 1_000_000n + BigInt(micros)

/** A type, the cells to try, each beside how it is written in JSON. */
const columns: readonly (readonly [name: string, type: FieldType, cells: readonly (readonly [Cell, string])[]])[] = [
  [
    'a bool',
    { is: 'bool' },
    [
      [true, 'true'],
      [false, 'false'],
    ],
  ],
  [
    'int32',
    { is: 'int32' },
    [
      [0, '0'],
      [-1, '-1'],
      [2147483647, '2147483647'],
      [-2147483648, '-2147483648'],
    ],
  ],
  [
    'int64',
    { is: 'int64' },
    [
      [0n, '"0"'],
      [-1n, '"-1"'],
      [9007199254740993n, '"9007199254740993"'],
      [-9007199254740993n, '"-9007199254740993"'],
      [most64, '"9223372036854775807"'],
      [-most64 - 1n, '"-9223372036854775808"'],
      [4294967296n, '"4294967296"'],
      [-4294967296n, '"-4294967296"'],
    ],
  ],
  [
    'float32',
    { is: 'float32' },
    [
      [0, '0'],
      [-0, '-0.0'],
      [Math.fround(0.1), '0.1'],
      [Math.fround(3.4028234663852886e38), '3.4028235e+38'],
      [Math.fround(1e-45), '1e-45'],
      [16777216, '16777216'],
      [Math.fround(16777217.5), '16777218'],
      [Math.fround(1.17549435e-38), '1.1754944e-38'],
      [Number.NaN, '"NaN"'],
      [Number.POSITIVE_INFINITY, '"Infinity"'],
      [Number.NEGATIVE_INFINITY, '"-Infinity"'],
    ],
  ],
  [
    'float64',
    { is: 'float64' },
    [
      [-0, '-0.0'],
      [5e-324, '5e-324'],
      [Number.MAX_VALUE, '1.7976931348623157e+308'],
      [0.1 + 0.2, '0.30000000000000004'],
      [1e21, '1e+21'],
      [Number.NaN, '"NaN"'],
      [Number.POSITIVE_INFINITY, '"Infinity"'],
      [Number.NEGATIVE_INFINITY, '"-Infinity"'],
    ],
  ],
  [
    'text, "quoted"',
    { is: 'utf8' },
    [
      ['', '""'],
      [' ', '" "'],
      ['null', '"null"'],
      ['a,b', '"a,b"'],
      ['say "hi"', '"say \\"hi\\""'],
      ['line\nline\r\nline\r', '"line\\nline\\r\\nline\\r"'],
      ['back\\slash\ttab\b\f\u0001\u001f', '"back\\\\slash\\ttab\\b\\f\\u0001\\u001f"'],
      ['grüße 😀 \u2028 \uffff', '"grüße 😀 \u2028 \uffff"'],
      ['\\N', '"\\\\N"'],
      [`${'x'.repeat(5000)}"`, `"${'x'.repeat(5000)}\\""`],
      ['\ufeffbom', '"\ufeffbom"'],
    ],
  ],
  [
    'json',
    { is: 'json' },
    [
      ['12345678901234567890', '12345678901234567890'],
      ['{"a":1,"a":2}', '{"a":1,"a":2}'],
      ['1e400', '1e400'],
      ['null', 'null'],
      [' null ', ' null '],
      ['{"spaced" :  [1, 2]}', '{"spaced" :  [1, 2]}'],
      ['"text, with \\"quotes\\""', '"text, with \\"quotes\\""'],
    ],
  ],
  [
    'binary',
    { is: 'binary' },
    [
      [new Uint8Array(0), '""'],
      [Uint8Array.of(0), '"AA=="'],
      [Uint8Array.of(0xde, 0xad), '"3q0="'],
      [Uint8Array.of(0xff, 0xfe, 0xfd), '"//79"'],
      [Uint8Array.of(1, 2, 3, 4), '"AQIDBA=="'],
    ],
  ],
  [
    'uuid',
    { is: 'uuid' },
    [
      ['00000000-0000-0000-0000-000000000000', '"00000000-0000-0000-0000-000000000000"'],
      ['ffffffff-ffff-ffff-ffff-ffffffffffff', '"ffffffff-ffff-ffff-ffff-ffffffffffff"'],
      ['123e4567-e89b-12d3-a456-426614174000', '"123e4567-e89b-12d3-a456-426614174000"'],
    ],
  ],
  [
    'date',
    { is: 'date' },
    [
      [0, '"1970-01-01"'],
      [-1, '"1969-12-31"'],
      [19782, '"2024-02-29"'],
      [-719162, '"0001-01-01"'],
      [-719163, '"0001-12-31 BC"'],
      [2932896, '"9999-12-31"'],
      [2932897, '"10000-01-01"'],
      [-735160, '"0044-03-15 BC"'],
    ],
  ],
  ...[true, false].map(
    (zone) =>
      [
        zone ? 'instant' : 'local time',
        { is: 'timestamp', zone },
        (
          [
            [0n, '1970-01-01T00:00:00', ''],
            [-1n, '1969-12-31T23:59:59.999999', ''],
            [micros(1704164645, 123456), '2024-01-02T03:04:05.123456', ''],
            [micros(1704164645, 120000), '2024-01-02T03:04:05.12', ''],
            [micros(1704164645, 1), '2024-01-02T03:04:05.000001', ''],
            [-62135596800000000n, '0001-01-01T00:00:00', ''],
            [-62135596800000001n, '0001-12-31T23:59:59.999999', ' BC'],
            [253402300799999999n, '9999-12-31T23:59:59.999999', ''],
            [253402300800000000n, '10000-01-01T00:00:00', ''],
            [-210866803200000000n, '4714-11-24T00:00:00', ' BC'],
            [9223371331200000000n, '294247-01-02T00:00:00', ''],
          ] as const
        ).map(([cell, text, era]) => [cell, `"${text}${zone ? 'Z' : ''}${era}"`] as const),
      ] as const,
  ),
  [
    'decimal(18,4)',
    { is: 'decimal', precision: 18, scale: 4 },
    [
      [0n, '"0.0000"'],
      [-1n, '"-0.0001"'],
      [12345n, '"1.2345"'],
      [123456789012345678n, '"12345678901234.5678"'],
      [-999999999999999999n, '"-99999999999999.9999"'],
    ],
  ],
  [
    'decimal(18,18)',
    { is: 'decimal', precision: 18, scale: 18 },
    [
      [1n, '"0.000000000000000001"'],
      [-999999999999999999n, '"-0.999999999999999999"'],
    ],
  ],
  [
    'decimal(38,10)',
    { is: 'decimal', precision: 38, scale: 10 },
    [
      [0n, '"0.0000000000"'],
      [-1n, '"-0.0000000001"'],
      [12345678901234568227576610816n, '"1234567890123456822.7576610816"'],
      [10n ** 38n - 1n, '"9999999999999999999999999999.9999999999"'],
      [-(10n ** 38n) + 1n, '"-9999999999999999999999999999.9999999999"'],
      [2n ** 64n, '"1844674407.3709551616"'],
      [-(2n ** 63n), '"-922337203.6854775808"'],
      [2n ** 63n, '"922337203.6854775808"'],
    ],
  ],
  [
    'decimal(20,0)',
    { is: 'decimal', precision: 20, scale: 0 },
    [
      [18446744073709551615n, '"18446744073709551615"'],
      [-5n, '"-5"'],
    ],
  ],
  [
    'list<int64>',
    { is: 'list', of: { is: 'int64' } },
    [
      [[], '[]'],
      [[null], '[null]'],
      [[1n, null, 9007199254740993n], '["1",null,"9007199254740993"]'],
    ],
  ],
  [
    'list<utf8>',
    { is: 'list', of: { is: 'utf8' } },
    [
      [['', 'null', 'a"b', null], '["","null","a\\"b",null]'],
      [[], '[]'],
    ],
  ],
  [
    'list<list<decimal(30,2)>>',
    { is: 'list', of: { is: 'list', of: { is: 'decimal', precision: 30, scale: 2 } } },
    [
      [[], '[]'],
      [[null, [], [null, -5n, 10n ** 29n]], '[null,[],[null,"-0.05","1000000000000000000000000000.00"]]'],
    ],
  ],
]

export const everySchema: Schema = columns.map(([name, type]) => field(name, type))

const longest = Math.max(...columns.map(([, , cells]) => cells.length))

/** Row 0 is all null; each column then goes through its cells, with nulls between. */
export const everyRow: readonly (readonly Cell[])[] = rowsFrom(([cell]) => cell, null)

/** The same rows as the JSON text of their cells. */
export const everyJson: readonly (readonly string[])[] = rowsFrom(([, json]) => json, 'null')

function rowsFrom<T>(pick: (cell: readonly [Cell, string]) => T, none: T): T[][] {
  return Array.from({ length: longest + 1 }, (_, row) =>
    columns.map(([, , cells], column) => {
      if (row === 0 || (row > cells.length && (row + column) % 3 === 0)) return none
      return pick(cells[(row - 1) % cells.length]!)
    }),
  )
}
