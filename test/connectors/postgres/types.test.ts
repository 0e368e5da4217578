import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { typeName } from '../../../shared/domain/batch.ts'
import { type OpenedPostgres, open } from '../../support/open-postgres.ts'
import { testPostgres } from '../../support/postgres.ts'
import { type Shown, showRows } from '../../support/rows.ts'
import { lists, matrix, preparing, tables } from './type-matrix.ts'

const server = await testPostgres()

const refused: readonly (readonly [native: string, value: string, said: string])[] = [
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

describe('values of PostgreSQL types', () => {
  let connection: OpenedPostgres
  beforeAll(async () => {
    await server.sql(`
      ${preparing}
      ${tables}
      ${refused.map(([native, value], i) => `CREATE TABLE r${i} (n int, "v v" ${native}); INSERT INTO r${i} SELECT n, CASE WHEN n = 3 THEN '${value}'::${native} END FROM generate_series(1, 4) n;`).join('\n')}
    `)
    connection = await open(server)
  })
  afterAll(() => connection.close())

  test('there are at least 120 of them here', () => {
    expect(matrix.reduce((sum, [, , values]) => sum + values.length, 0)).toBeGreaterThanOrEqual(120)
  })

  test.each(matrix.map(([native, carried], i) => [native, carried, i] as const))(
    '%s is carried as %s, exactly',
    async (native, carried, i) => {
      const window = await connection.tables.read(`m${i}`, {
        select: ['v'],
        order: [{ column: 'n', descending: false }],
      })
      const [field] = window.schema
      expect(typeName(field!.type)).toBe(carried)
      expect(field!.nullable).toBe(true)
      if (!['positive', 'nested'].includes(native)) expect(field!.native).toBe(native)
      expect(await showRows(window)).toEqual(await expected(i, native, carried))
      // A query sees the same: its columns go the same way.
      const rows = await connection.tables.query({ sql: `SELECT v FROM m${i} ORDER BY n` })
      expect(typeName(rows.schema[0]!.type)).toBe(carried)
      expect(await showRows(rows)).toEqual(await expected(i, native, carried))
    },
  )

  /** The server's own text of each value, in the pinned session, worded as the test shows that type. */
  async function expected(i: number, native: string, carried: string): Promise<Shown[][]> {
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
  }

  test.each(lists.map(([native, carried, value, shown], i) => [native, value, carried, shown, i] as const))(
    '%s %s is carried as %s',
    async (_native, _value, carried, shown, i) => {
      const window = await connection.tables.read(`l${i}`, {})
      expect(typeName(window.schema[0]!.type)).toBe(carried)
      expect(await showRows(window)).toEqual([[shown]])
    },
  )

  test.each(refused.map(([native, value, said], i) => [native, value, said, i] as const))(
    '%s %s is told, with its row and column',
    async (native, _value, said, i) => {
      await expect(connection.tables.read(`r${i}`, {}).then(showRows)).rejects.toMatchObject({
        code: 'value-not-representable',
        detail: `Row 3, column "v v" (${native}) holds ${said}.`,
        hint: expect.stringContaining('text'),
      })
      // As the hint says.
      const rows = await connection.tables.query({ sql: `SELECT "v v"::text FROM r${i} WHERE n = 3` })
      expect(await showRows(rows)).toHaveLength(1)
    },
  )
})

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
