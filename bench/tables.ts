import type { Sql } from 'postgres'

/** A table in the shape of TPC-H lineitem: 16 columns, narrow, repetitive text. */
export async function makeLineitem(sql: Sql, rows: number, name = 'lineitem'): Promise<void> {
  await sql.unsafe(`
    create unlogged table ${name} as
    select (i / 4)::bigint as l_orderkey,
           (hashint8(i) & 1048575)::bigint as l_partkey,
           (hashint8(i + 1) & 65535)::bigint as l_suppkey,
           (i % 4 + 1)::int as l_linenumber,
           ((hashint8(i + 2) & 63) % 50 + 1)::numeric(15,2) as l_quantity,
           (((hashint8(i + 3) & 16777215) % 10000000) / 100.0)::numeric(15,2) as l_extendedprice,
           (((hashint8(i + 4) & 1023) % 11) / 100.0)::numeric(15,2) as l_discount,
           (((hashint8(i + 5) & 1023) % 9) / 100.0)::numeric(15,2) as l_tax,
           (array['R','A','N'])[1 + (hashint8(i + 6) & 1023) % 3]::char(1) as l_returnflag,
           (array['O','F'])[1 + (hashint8(i + 7) & 1)]::char(1) as l_linestatus,
           date '1992-01-01' + (hashint8(i + 8) & 2047) as l_shipdate,
           date '1992-02-01' + (hashint8(i + 9) & 2047) as l_commitdate,
           date '1992-03-01' + (hashint8(i + 10) & 2047) as l_receiptdate,
           (array['DELIVER IN PERSON','COLLECT COD','NONE','TAKE BACK RETURN'])[1 + (hashint8(i + 11) & 3)]::char(25)
             as l_shipinstruct,
           (array['AIR','RAIL','SHIP','TRUCK','MAIL','FOB','REG AIR','AIR'])[1 + (hashint8(i + 12) & 7)]::char(10)
             as l_shipmode,
           substr(md5(i::text) || md5((i * 7)::text), 1, 10 + (hashint8(i + 13) & 31) % 34)::varchar(44) as l_comment
    from generate_series(1::bigint, ${rows}) as i`)
  await sql.unsafe(`vacuum analyze ${name}`)
}

/** A table of many types, a fifth of most columns null. */
export async function makeWide(sql: Sql, rows: number, name = 'wide'): Promise<void> {
  const some = (expression: string, salt: number) =>
    `case when (hashint8(i + ${salt}) & 1023) % 5 <> 0 then ${expression} end`
  await sql.unsafe(`
    create unlogged table ${name} as
    select i as id,
           ${some('(hashint8(i) & 65535)::int', 1)} as small,
           ${some('hashint8(i)::bigint * 1000003', 2)} as large,
           ${some('(hashint8(i) / 7.0)::float8', 3)} as reading,
           ${some('(hashint8(i) / 3.0)::float4', 4)} as ratio,
           ${some('(hashint8(i) / 10000.0)::numeric(18,4)', 5)} as price,
           ${some('(hashint8(i) / 1000.0)::numeric', 6)} as free,
           ${some('(i % 2 = 0)', 7)} as flag,
           ${some("'name ' || (hashint8(i) & 4095)", 8)} as name,
           ${some('repeat(md5(i::text), 1 + (hashint8(i) & 7))', 9)} as note,
           ${some("timestamptz '2020-01-01' + (hashint8(i) & 16777215) * interval '1 second 7 microseconds'", 10)} as seen,
           ${some("timestamp '2020-01-01' + (hashint8(i) & 16777215) * interval '1 second'", 11)} as local,
           ${some("date '2000-01-01' + (hashint8(i) & 8191)", 12)} as day,
           ${some('md5(i::text)::uuid', 13)} as uid,
           ${some("jsonb_build_object('a', i, 'b', md5(i::text), 'c', array[1,2,3])", 14)} as extra,
           ${some("array['x', 'y' || (i % 100), null]", 15)} as tags,
           ${some("decode(md5(i::text), 'hex')", 16)} as digest,
           ${some("('10.0.' || (i % 256) || '.1')::inet", 17)} as address,
           ${some("(i % 86400) * interval '1 second'", 18)} as span
    from generate_series(1::bigint, ${rows}) as i`)
  await sql.unsafe(`vacuum analyze ${name}`)
}
