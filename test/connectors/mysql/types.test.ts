import { afterAll, beforeAll, expect, test } from 'vitest'
import { typeName } from '../../../shared/domain/batch.ts'
import { describeMariadb } from '../../support/mariadb.ts'
import { type OpenedMysql, open } from '../../support/open-mysql.ts'
import { type Shown, showRows } from '../../support/rows.ts'
import { matrix, tables } from './type-matrix.ts'

const refused: readonly (readonly [native: string, value: string, said: string])[] = [
  ['date', "'0000-00-00'", 'the date 0000-00-00, which is no day'],
  ['date', "'2024-00-00'", 'the date 2024-00-00, which is no day'],
  ['date', "'2024-01-00'", 'the date 2024-01-00, which is no day'],
  ['date', "'2024-02-31'", 'the date 2024-02-31, which is no day'],
  ['datetime', "'0000-00-00 00:00:00'", 'the date 0000-00-00, which is no day'],
  ['datetime(6)', "'2024-00-10 01:02:03'", 'the date 2024-00-10, which is no day'],
  ['timestamp', "'0000-00-00 00:00:00'", 'the date 0000-00-00, which is no day'],
]

describeMariadb('values of MySQL types', (server) => {
  let connection: OpenedMysql
  beforeAll(async () => {
    await server.sql(`${tables}
      ${refused.map(([native, value], i) => `CREATE TABLE r${i} (n int, \`v v\` ${native} NULL); INSERT INTO r${i} VALUES (1, NULL), (2, NULL), (3, ${value}), (4, NULL);`).join('\n')}`)
    connection = await open(server)
  })
  afterAll(() => connection.close())

  test('there are at least 110 of them here', () => {
    expect(matrix.reduce((sum, [, , values]) => sum + values.length, 0)).toBeGreaterThanOrEqual(110)
  })

  test.each(matrix.map(([native, carried], i) => [native, carried, i] as const))(
    '%s is carried as %s, exactly',
    async (native, carried, i) => {
      const order = [{ column: 'n', descending: false }]
      const window = await connection.tables.read(`m${i}`, { select: ['v'], order })
      const [field] = window.schema
      expect(typeName(field!.type)).toBe(carried)
      expect(field!.nullable).toBe(true)
      if (!/charset|json/.test(native)) expect(field!.native).toBe(native)
      const wanted = await expected(i, native, carried)
      expect(await showRows(window)).toEqual(wanted)
      // A query sees the same: its columns go the same way.
      const rows = await connection.tables.query({ sql: `SELECT v FROM m${i} ORDER BY n` })
      expect(typeName(rows.schema[0]!.type)).toBe(carried)
      expect(await showRows(rows)).toEqual(wanted)
    },
  )

  /** The server's own text of each value, worded as the test shows that type. */
  async function expected(i: number, native: string, carried: string): Promise<Shown[][]> {
    const isGeometry = native === 'point' || native === 'geometry'
    const text = isGeometry
      ? 'CONCAT(ST_SRID(v), " ", LOWER(HEX(ST_AsWKB(v))))'
      : native.startsWith('bit')
        ? 'CAST(v + 0 AS CHAR)'
        : carried === 'binary'
          ? 'LOWER(HEX(v))'
          : carried === 'float32'
            ? 'CAST(v AS DOUBLE)'
            : 'v'
    const rows = await server.sql(`SELECT ${text} FROM m${i} ORDER BY n`)
    return rows.map(([v]) => [v === null || v === undefined ? null : isGeometry ? extended(v) : worded(v, carried)])
  }

  test.each(refused.map(([native, value, said], i) => [native, value, said, i] as const))(
    '%s %s is told, with its row and column',
    async (native, _value, said, i) => {
      await expect(connection.tables.read(`r${i}`, {}).then(showRows)).rejects.toMatchObject({
        code: 'value-not-representable',
        detail: `Row 3, column "v v" (${native}) holds ${said}.`,
        hint: expect.stringContaining('text'),
      })
      // As the hint says.
      const rows = await connection.tables.query({ sql: `SELECT CAST(\`v v\` AS CHAR) FROM r${i} WHERE n = 3` })
      expect((await showRows(rows))[0]![0]).toMatch(/^\d{4}-\d\d-\d\d/)
    },
  )
})

/** Well-known binary with its reference system in it, where it has one. */
function extended(text: string): string {
  const [srid, wkb] = text.split(' ') as [string, string]
  if (srid === '0') return wkb
  const bytes = Buffer.from(wkb, 'hex')
  const head = Buffer.alloc(9)
  head[0] = 1
  head.writeUInt32LE(bytes.readUInt32LE(1) + 0x2000_0000, 1)
  head.writeUInt32LE(Number(srid), 5)
  return Buffer.concat([head, bytes.subarray(5)]).toString('hex')
}

function worded(text: string, carried: string): string {
  switch (carried) {
    case 'timestamp':
    case 'timestamptz':
      return text.replace(/\.?0+$/, (zeros) => (zeros.startsWith('.') || /\.\d*$/.test(text) ? '' : zeros))
    case 'uuid':
      return text.replaceAll('-', '')
    case 'float32':
      return String(Math.fround(Number(text)))
    case 'float64':
      return String(Number(text))
    case 'int32':
    case 'int64':
      return String(BigInt(text))
    default:
      return carried.startsWith('decimal') ? text.replace(/^(-?)0+(?=\d)/, '$1') : text
  }
}
