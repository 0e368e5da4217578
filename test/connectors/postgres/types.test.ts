import { expect, test } from 'vitest'
import { typeName } from '../../../shared/domain/batch.ts'
import { describeTypes, type Refused } from '../../contract/database/types.ts'
import { opening } from '../../contract/database/world.ts'
import { postgresWorld } from '../../support/database-worlds.ts'
import { testPostgres } from '../../support/postgres.ts'
import { showRows } from '../../support/rows.ts'
import { lists, matrix, preparing, tables } from './type-matrix.ts'

const server = await testPostgres()
const world = postgresWorld(server)

const refused: Refused = [
  ['numeric(10,2)', 'NaN', 'NaN'],
  ['numeric(30,2)', 'NaN', 'NaN'],
  ['date', 'infinity', 'the date infinity'],
  ['date', '-infinity', 'the date -infinity'],
  ['timestamp without time zone', 'infinity', 'the time infinity'],
  ['timestamp with time zone', '-infinity', 'the time -infinity'],
  ['timestamp with time zone', '294276-12-31 23:59:59+00', 'a time after the year 294246'],
  ['integer[]', '{{1,2},{3,4}}', 'an array of 2 dimensions'],
  ['integer[]', '[0:1]={1,2}', 'an array that begins at 0'],
]

describeTypes({
  ...world,
  make: () =>
    server.sql(`
      ${preparing}
      ${tables}
      ${refused.map(([native, value], i) => `CREATE TABLE r${i} (n int, "v v" ${native}); INSERT INTO r${i} SELECT n, CASE WHEN n = 3 THEN '${value}'::${native} END FROM generate_series(1, 4) n;`).join('\n')}
    `),
  matrix,
  least: 120,
  refused,
  isNamed: (native) => !['positive', 'nested'].includes(native),
  async expected(i, native, carried) {
    const text =
      native === 'money'
        ? 'v::numeric::text'
        : native.startsWith('character(')
          ? `rpad(v::text, 5)`
          : carried === 'binary'
            ? `encode(v, 'hex')`
            : carried === 'uuid'
              ? `replace(v::text, '-', '')`
              : 'v::text'
    const rows = await server.sql(`
      SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SELECT ${text} AS v FROM m${i} ORDER BY n`)
    return (rows.at(-1) as unknown as { v: string | null }[]).map(({ v }) => [v === null ? null : worded(v, carried)])
  },
  asText: (i) => `SELECT "v v"::text FROM r${i} WHERE n = 3`,
  text: /./,
})

const opened = opening(world)
test.each(lists.map(([native, carried, value, shown], i) => [native, value, carried, shown, i] as const))(
  '%s %s is carried as %s',
  async (_native, _value, carried, shown, i) => {
    const window = await (await opened(server)).tables.read(`l${i}`, {})
    expect(typeName(window.schema[0]!.type)).toBe(carried)
    expect(await showRows(window)).toEqual([[shown]])
  },
)

function worded(text: string, carried: string): string {
  switch (carried) {
    case 'timestamptz':
      return text.replace(/\+00( BC)?$/, '$1')
    case 'float32':
    case 'float64':
      return text === '-0' ? text : String(carried === 'float32' ? Math.fround(Number(text)) : Number(text))
    default:
      return text
  }
}
