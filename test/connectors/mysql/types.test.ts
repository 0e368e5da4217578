import { describeTypes, type Refused } from '../../contract/database/types.ts'
import { mysqlWorld } from '../../support/database-worlds.ts'
import { describeMariadb } from '../../support/mariadb.ts'
import { matrix, tables } from './type-matrix.ts'

const refused: Refused = [
  ['date', "'0000-00-00'", 'the date 0000-00-00, which is no day'],
  ['date', "'2024-00-00'", 'the date 2024-00-00, which is no day'],
  ['date', "'2024-01-00'", 'the date 2024-01-00, which is no day'],
  ['date', "'2024-02-31'", 'the date 2024-02-31, which is no day'],
  ['datetime', "'0000-00-00 00:00:00'", 'the date 0000-00-00, which is no day'],
  ['datetime(6)', "'2024-00-10 01:02:03'", 'the date 2024-00-10, which is no day'],
  ['timestamp', "'0000-00-00 00:00:00'", 'the date 0000-00-00, which is no day'],
]

describeMariadb('MariaDB', (server) =>
  describeTypes({
    ...mysqlWorld(server),
    make: () =>
      server.sql(`${tables}
      ${refused.map(([native, value], i) => `CREATE TABLE r${i} (n int, \`v v\` ${native} NULL); INSERT INTO r${i} VALUES (1, NULL), (2, NULL), (3, ${value}), (4, NULL);`).join('\n')}`),
    matrix,
    least: 110,
    refused,
    isNamed: (native) => !/charset|json/.test(native),
    async expected(i, native, carried) {
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
    },
    asText: (i) => `SELECT CAST(\`v v\` AS CHAR) FROM r${i} WHERE n = 3`,
    text: /^\d{4}-\d\d-\d\d/,
  }),
)

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
