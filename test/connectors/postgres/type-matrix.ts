import type { Matrix } from '../../contract/database/types.ts'
import type { Shown } from '../../support/rows.ts'

export const matrix: Matrix = [
  ['boolean', 'bool', ['true', 'false']],
  ['smallint', 'int32', ['0', '-32768', '32767', '-1']],
  ['integer', 'int32', ['-2147483648', '2147483647', '255', '-256']],
  ['bigint', 'int64', ['-9223372036854775808', '9223372036854775807', '9007199254740993', '-1', '4294967296']],
  ['oid', 'int64', ['0', '4294967295']],
  ['real', 'float32', ['1.5', '-0', '3.4028235e38', '1e-45', 'NaN', 'Infinity', '-Infinity', '0.1']],
  ['double precision', 'float64', ['0.1', '-0', '5e-324', '1.7976931348623157e308', 'NaN', 'Infinity', '-Infinity']],
  ['numeric(1,0)', 'decimal(1,0)', ['-9', '0', '9']],
  ['numeric(10,2)', 'decimal(10,2)', ['0.01', '-0.01', '99999999.99', '-99999999.99', '10000', '0.10', '1234.5']],
  ['numeric(15,2)', 'decimal(15,2)', ['9999999999999.99', '-9999999999999.99', '4503599627370.49']],
  ['numeric(18,4)', 'decimal(18,4)', ['12345678901234.5678', '-99999999999999.9999', '0.0001', '20000']],
  ['numeric(18,18)', 'decimal(18,18)', ['0.123456789012345678', '-0.000000000000000001', '0']],
  ['numeric(38,0)', 'decimal(38,0)', ['99999999999999999999999999999999999999', '-1', '100000000000000000000']],
  ['numeric(38,10)', 'decimal(38,10)', ['1234567890123456789012345678.0123456789', '-0.0000000001', '7']],
  ['numeric(3,6)', 'decimal(6,6)', ['0.000999', '-0.000001']],
  ['numeric(2,-3)', 'decimal(5,0)', ['99000', '-1000']],
  ['numeric', 'utf8', ['NaN', 'Infinity', '-Infinity', '1e400', '0.000', '-1.50', '12345678901234567890.123456789']],
  ['numeric(50,10)', 'utf8', ['1234567890123456789012345678901234567890.0123456789']],
  ['money', 'decimal(19,2)', ['92233720368547758.07', '-92233720368547758.08', '0.01']],
  ['text', 'utf8', ['', ' a ', 'naïve 😀', 'a\nb\r\tc', "it''s", '\\x41', '\\N', 'NULL']],
  ['character varying(5)', 'utf8', ['ab', '']],
  ['character(5)', 'utf8', ['ab', '']],
  ['name', 'utf8', ['a name']],
  ['"char"', 'utf8', ['x', '']],
  ['mood', 'utf8', ['so so', 'fine']],
  ['citext', 'utf8', ['MiXed']],
  ['bytea', 'binary', ['\\x', '\\x00ff80', '\\x5c78']],
  ['uuid', 'uuid', ['00000000-0000-0000-0000-000000000000', 'f47ac10b-58cc-4372-a567-0e02b2c3d479']],
  ['json', 'json', ['{"a":1, "a": 2}', '12345678901234567890', '1e400', '"\\u00e9"', 'null', ' [1 ,2]']],
  ['jsonb', 'json', ['{"b": 1, "a": 12345678901234567890.10}', 'null', '[]', '"😀"']],
  [
    'date',
    'date',
    ['1970-01-01', '1969-12-31', '2000-02-29', '0001-01-01', '4713-01-01 BC', '5874897-12-31', '0044-03-15 BC'],
  ],
  [
    'timestamp without time zone',
    'timestamp',
    [
      '1970-01-01 00:00:00.000001',
      '1969-12-31 23:59:59.999999',
      '4713-01-01 00:00:00 BC',
      '294246-12-31 23:59:59.999999',
      '2024-02-29 12:34:56.7',
      '1999-12-31 23:59:59.5',
      '10000-01-01 00:00:00',
    ],
  ],
  [
    'timestamp with time zone',
    'timestamptz',
    ['2024-03-31 02:30:00+01', '1900-01-01 00:00:00+00', '0001-12-31 BC', '2038-01-19 03:14:08.123456-08'],
  ],
  ['time without time zone', 'utf8', ['24:00:00', '00:00:00.000001', '23:59:59.999999']],
  ['time with time zone', 'utf8', ['24:00:00-15:59', '12:00:00+05:45:30']],
  ['interval', 'utf8', ['1 year -2 days 03:04:05.000006', '-178000000 years', '0', '1 mon 40 days -01:00:00']],
  ['int4range', 'utf8', ['[1,5)', 'empty', '(,)']],
  ['tstzrange', 'utf8', ['[2024-01-01 00:00:00+02,infinity)']],
  ['int8multirange', 'utf8', ['{[1,3),[5,7)}', '{}']],
  ['pair', 'utf8', ['(1,"a,b")', '(,)']],
  ['tsvector', 'utf8', ["''a'':1A ''b'':2"]],
  ['tsquery', 'utf8', ["''a'' & !''b''"]],
  ['pg_lsn', 'utf8', ['16/B374D848']],
  ['point', 'utf8', ['(0.1,-0)', '(1e300,NaN)']],
  ['box', 'utf8', ['(2,2),(0,0)']],
  ['circle', 'utf8', ['<(1,2),3>']],
  ['polygon', 'utf8', ['((0,0),(1,1))']],
  ['inet', 'utf8', ['10.0.0.1', '2001:db8::/32', '10.1.2.3/8']],
  ['cidr', 'utf8', ['10.0.0.0/8']],
  ['macaddr', 'utf8', ['08:00:2b:01:02:03']],
  ['xml', 'utf8', ['<a b="1">x</a>']],
  ['bit(3)', 'utf8', ['101']],
  ['bit varying', 'utf8', ['', '10']],
  ['xid8', 'utf8', ['18446744073709551615']],
  ['regclass', 'utf8', ['pg_class']],
  ['jsonpath', 'utf8', ['$.a[*]']],
  ['positive', 'int32', ['7']],
  ['nested', 'int32', ['7']],
]

/** Values of arrays, and what they must show as. */
export const lists: readonly (readonly [native: string, carried: string, value: string, shown: Shown])[] = [
  ['integer[]', 'list<int32>', '{1,NULL,-3}', ['1', null, '-3']],
  ['integer[]', 'list<int32>', '{}', []],
  ['bigint[]', 'list<int64>', '{9007199254740993}', ['9007199254740993']],
  ['text[]', 'list<utf8>', '{"a,b",NULL,"NULL","",é}', ['a,b', null, 'NULL', '', 'é']],
  ['character varying(3)[]', 'list<utf8>', '{abc}', ['abc']],
  ['character(3)[]', 'list<utf8>', '{a}', ['a  ']],
  ['bytea[]', 'list<binary>', '{"\\\\x00ff"}', ['00ff']],
  ['boolean[]', 'list<bool>', '{t,f}', ['true', 'false']],
  ['double precision[]', 'list<float64>', '{NaN,-Infinity,0.1}', ['NaN', '-Infinity', '0.1']],
  ['numeric(6,2)[]', 'list<decimal(6,2)>', '{1.50,-0.01}', ['1.50', '-0.01']],
  ['numeric[]', 'list<utf8>', '{NaN,1.500}', ['NaN', '1.500']],
  ['date[]', 'list<date>', '{2024-02-29}', ['2024-02-29']],
  ['timestamp with time zone[]', 'list<timestamptz>', '{"2024-01-01 00:00:00+01"}', ['2023-12-31 23:00:00']],
  ['uuid[]', 'list<uuid>', '{f47ac10b-58cc-4372-a567-0e02b2c3d479}', ['f47ac10b58cc4372a5670e02b2c3d479']],
  ['jsonb[]', 'list<json>', '{"{\\"a\\": 1}"}', ['{"a": 1}']],
  ['interval[]', 'list<utf8>', '{1 day,NULL}', ['1 day', null]],
  ['mood[]', 'utf8', '{"so so"}', '{"so so"}'],
  ['int2vector', 'utf8', '1 2', '1 2'],
]

/** What the types need that are not there by themselves. */
export const preparing = `
  CREATE EXTENSION IF NOT EXISTS citext;
  CREATE TYPE mood AS ENUM ('so so', 'fine');
  CREATE TYPE pair AS (a int, b text);
  CREATE DOMAIN positive AS int CHECK (value > 0);
  CREATE DOMAIN nested AS positive;`

/** The tables m0, m1, … of the matrix, and l0, l1, … of the lists. */
export const tables = `
  ${matrix.map(([native, , values], i) => `CREATE TABLE m${i} (n int PRIMARY KEY, v ${native}); INSERT INTO m${i} VALUES ${values.map((v, n) => `(${n}, '${v}')`).join(', ')}, (${values.length}, NULL);`).join('\n')}
  ${lists.map(([native, , value], i) => `CREATE TABLE l${i} AS SELECT '${value}'::${native} AS v;`).join('\n')}`
