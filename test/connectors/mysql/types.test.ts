import { describeTypes, type Matrix, type Refused } from '../../contract/database/types.ts'
import { mysqlWorld } from '../../support/database-worlds.ts'
import { describeMariadb } from '../../support/mariadb.ts'

const matrix: Matrix = [
  ['tinyint(4)', 'int32', ['-128', '127', '0', '-1']],
  ['tinyint(1)', 'int32', ['0', '1', '2', '-7']],
  ['tinyint(3) unsigned', 'int32', ['0', '255', '128']],
  ['smallint(6)', 'int32', ['-32768', '32767', '-1']],
  ['smallint(5) unsigned', 'int32', ['65535', '32768']],
  ['mediumint(9)', 'int32', ['-8388608', '8388607', '-1']],
  ['mediumint(8) unsigned', 'int32', ['16777215']],
  ['int(11)', 'int32', ['-2147483648', '2147483647', '255', '-256']],
  ['int(10) unsigned', 'int64', ['0', '4294967295', '2147483648']],
  ['bigint(20)', 'int64', ['-9223372036854775808', '9223372036854775807', '9007199254740993', '-1', '4294967296']],
  ['bigint(20) unsigned', 'decimal(20,0)', ['0', '18446744073709551615', '9223372036854775808', '9007199254740993']],
  ['year(4)', 'int32', ['0', '1901', '2155', '2024']],
  ['bit(1)', 'int64', ["b'0'", "b'1'"]],
  ['bit(13)', 'int64', ["b'1010000000001'", '0']],
  ['bit(63)', 'int64', ['9223372036854775807']],
  ['bit(64)', 'decimal(20,0)', ['18446744073709551615', '0', '1']],
  ['float', 'float32', ['1.5', '0', '3.4028234e38', '1e-45', '0.1', '16777217', '-1.17549435e-38']],
  ['float(7,2)', 'float32', ['12345.67', '-0.01']],
  ['double', 'float64', ['0.1', '5e-324', '1.7976931348623157e308', '-2.5', '9007199254740993', '1e22']],
  ['double unsigned', 'float64', ['0.1']],
  ['decimal(1,0)', 'decimal(1,0)', ['-9', '0', '9']],
  ['decimal(10,2)', 'decimal(10,2)', ['0.01', '-0.01', '99999999.99', '-99999999.99', '10000', '0.10', '1234.5']],
  ['decimal(10,2) unsigned', 'decimal(10,2)', ['99999999.99', '0']],
  ['decimal(8,3) unsigned zerofill', 'decimal(8,3)', ['1.5', '12345.678']],
  ['decimal(15,2)', 'decimal(15,2)', ['9999999999999.99', '-9999999999999.99', '4503599627370.49']],
  ['decimal(18,4)', 'decimal(18,4)', ['12345678901234.5678', '-99999999999999.9999', '0.0001', '20000']],
  ['decimal(18,18)', 'decimal(18,18)', ['0.123456789012345678', '-0.000000000000000001', '0']],
  ['decimal(38,0)', 'decimal(38,0)', ['99999999999999999999999999999999999999', '-1', '100000000000000000000']],
  ['decimal(38,10)', 'decimal(38,10)', ['1234567890123456789012345678.0123456789', '-0.0000000001', '7']],
  ['decimal(39,0)', 'utf8', ['999999999999999999999999999999999999999', '-1']],
  ['decimal(65,30)', 'utf8', ['12345678901234567890123456789012345.123456789012345678901234567890', '-0.5']],
  [
    'varchar(20)',
    'utf8',
    ["''", "' a '", "'naïve 😀'", "'a\\nb\\r\\tc'", "'it''s'", "'\\\\x41'", "'\\\\N'", "'NULL'", "'a\\0b'"],
  ],
  ['char(5)', 'utf8', ["'ab'", "''", "'ab  '"]],
  ['char(5) charset latin1', 'utf8', ["'é'", "'ÿ€'"]],
  ['varchar(5) charset ucs2', 'utf8', ["'aé€'"]],
  ['tinytext', 'utf8', ["'x'"]],
  ['text', 'utf8', ["REPEAT('é', 300)"]],
  ['mediumtext', 'utf8', ["REPEAT('x', 70000)"]],
  ['longtext', 'utf8', ["''", "REPEAT('😀', 5000)"]],
  ['binary(4)', 'binary', ["x'00ff'", "'ab'"]],
  ['varbinary(9)', 'binary', ["''", "x'00ff80'", "'a\\0b'"]],
  ['tinyblob', 'binary', ["x'ff'"]],
  ['blob', 'binary', ["REPEAT(x'00ff', 200)", "''"]],
  ['longblob', 'binary', ["REPEAT(x'80', 100000)"]],
  ["enum('so so','fine','')", 'utf8', ["'so so'", "'fine'", "''"]],
  ["set('a','b','c d')", 'utf8', ["''", "'a'", "'a,c d'"]],
  ['json', 'json', [`'{"a":1, "a": 2}'`, `'12345678901234567890'`, `'1e400'`, `'"\\\\u00e9"'`, `'null'`, `' [1 ,2]'`]],
  ['uuid', 'uuid', ["'00000000-0000-0000-0000-000000000000'", "'f47ac10b-58cc-4372-a567-0e02b2c3d479'"]],
  ['inet6', 'utf8', ["'2001:db8::1'", "'::ffff:10.0.0.1'"]],
  ['inet4', 'utf8', ["'10.0.0.1'"]],
  ['date', 'date', ["'1970-01-01'", "'1969-12-31'", "'2000-02-29'", "'0001-01-01'", "'9999-12-31'", "'1900-03-01'"]],
  [
    'datetime',
    'timestamp',
    ["'1970-01-01 00:00:01'", "'1969-12-31 23:59:59'", "'9999-12-31 23:59:59'", "'2024-02-29'"],
  ],
  [
    'datetime(6)',
    'timestamp',
    [
      "'1970-01-01 00:00:00.000001'",
      "'0001-01-01 00:00:00.000001'",
      "'9999-12-31 23:59:59.999999'",
      "'2024-02-29 12:34:56.7'",
    ],
  ],
  ['datetime(3)', 'timestamp', ["'1999-12-31 23:59:59.5'"]],
  ['timestamp', 'timestamptz', ["'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'"]],
  ['timestamp(6)', 'timestamptz', ["'2024-03-31 02:30:00.123456'", "'1970-01-01 00:00:00.000001'"]],
  ['time', 'utf8', ["'838:59:59'", "'-838:59:59'", "'00:00:00'", "'24:00:00'", "'-00:00:01'"]],
  ['time(6)', 'utf8', ["'-838:59:59.999999'", "'00:00:00.000001'", "'12:00:00'"]],
  ['time(2)', 'utf8', ["'01:02:03.4'"]],
  ['point', 'binary', ["ST_GeomFromText('POINT(0.1 -2)')", "ST_GeomFromText('POINT(1 2)', 4326)"]],
  [
    'geometry',
    'binary',
    ["ST_GeomFromText('LINESTRING(0 0,1 1)', 3857)", "ST_GeomFromText('GEOMETRYCOLLECTION EMPTY')"],
  ],
]

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
      server.sql(`SET time_zone = '+00:00', sql_mode = 'ALLOW_INVALID_DATES';
      ${matrix.map(([native, , values], i) => `CREATE TABLE m${i} (n int PRIMARY KEY, v ${native} NULL); INSERT INTO m${i} VALUES ${values.map((v, n) => `(${n}, ${v})`).join(', ')}, (${values.length}, NULL);`).join('\n')}
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
