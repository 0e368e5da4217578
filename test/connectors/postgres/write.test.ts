import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Field, FieldType, Rows } from '../../../shared/domain/batch.ts'
import { describeTableWriter, refusal, writerOf } from '../../contract/database/writers.ts'
import { postgresWorld } from '../../support/database-worlds.ts'
import { type OpenedPostgres, open } from '../../support/open-postgres.ts'
import { testPostgres } from '../../support/postgres.ts'
import { showRows } from '../../support/rows.ts'
import { goOn } from '../../support/write-rows.ts'
import { lists, matrix, preparing, tables } from './type-matrix.ts'

const server = await testPostgres()

const world = postgresWorld(server)
const openWriter = writerOf(world)

let reader: OpenedPostgres
beforeAll(async () => {
  await server.sql(`${preparing}; ${tables}`)
  reader = await open(server, server.superuser)
})
afterAll(() => reader.close())

const read = (table: string) => reader.tables.read(table, {})
const count = async (table: string) => Number((await server.sql(`SELECT count(*)::int AS n FROM ${table}`))[0]!.n)

async function write(
  table: string,
  rows: Rows,
  mode: 'replace' | 'append',
  { ready = goOn, login = server.writer } = {},
) {
  const writer = await openWriter(login)
  try {
    await writer.put(table, rows, { mode, ready })
  } finally {
    await writer.close()
  }
}

const typesOf = async (table: string) =>
  (await reader.tables.describe(table)).columns.map(({ name, type }) => ({ name, type }))

/** All types of the matrix, and of the lists, beside each other: one reading and one writing for all. */
const wide = {
  matrix: `SELECT n, ${matrix.map((_, i) => `m${i}.v AS c${i}`).join(', ')} FROM generate_series(0, 12) n
    ${matrix.map((_, i) => `LEFT JOIN m${i} USING (n)`).join(' ')}`,
  lists: `SELECT ${lists.map((_, i) => `l${i}.v AS c${i}`).join(', ')} FROM ${lists.map((_, i) => `l${i}`).join(', ')}`,
}
const nativeOf = { matrix: matrix.map(([native]) => native), lists: lists.map(([native]) => native) }

/** What a table shows, column by column, each with its types. */
async function columnsOf(table: string, natives: readonly string[]) {
  const types = await typesOf(table)
  const rows = (await showRows(await read(table))).sort((a, b) => Number(a[0]) - Number(b[0]))
  return types.map(({ name, type }, i) => {
    const native = natives[Number(name.slice(1))]
    return { native, type, values: rows.map((row) => JSON.stringify(row[i])) }
  })
}

describe('P19 rows written to PostgreSQL read back as they were', () => {
  test.each(['matrix', 'lists'] as const)(
    'in every type of the %s, into a new table and into one alike',
    async (what) => {
      await server.sql(`CREATE TABLE ${what} AS ${wide[what]};
      CREATE TABLE like_${what} (LIKE ${what}); GRANT ALL ON like_${what} TO writer`)
      const wanted = await columnsOf(what, nativeOf[what])
      expect(wanted.length).toBeGreaterThanOrEqual(nativeOf[what].length)
      await write(`new_${what}`, await read(what), 'replace')
      expect(await columnsOf(`new_${what}`, nativeOf[what])).toEqual(wanted)
      await write(`like_${what}`, await read(what), 'append')
      expect(await columnsOf(`like_${what}`, nativeOf[what])).toEqual(wanted)
    },
  )
})

describeTableWriter(world, {
  own: (table) => `ALTER TABLE ${table} OWNER TO writer`,
  adder: (password) => `CREATE ROLE adder LOGIN PASSWORD '${password}'; GRANT USAGE ON SCHEMA public TO adder;
    GRANT INSERT, SELECT ON narrow_adding TO adder`,
})

describe('P19 replace', () => {
  test('keeps who may read', async () => {
    await server.sql(`CREATE TABLE granted (old int); ALTER TABLE granted OWNER TO writer;
      GRANT SELECT, UPDATE ON granted TO reader WITH GRANT OPTION`)
    await write('granted', await read('m3'), 'replace')
    const [row] = await server.sql(`SELECT has_table_privilege('reader', 'granted', 'UPDATE WITH GRANT OPTION') AS may`)
    expect(row).toEqual({ may: true })
  })

  test('of a schema that is not there, and of what others depend on is refused', async () => {
    await server.sql(
      `CREATE TABLE base (a int); ALTER TABLE base OWNER TO writer; CREATE VIEW above AS SELECT * FROM base`,
    )
    expect(await refusal(write('nowhere.x', await read('m3'), 'replace'))).toMatchObject({ code: 'not-found' })
    expect(await refusal(write('base', await read('m3'), 'replace'))).toMatchObject({ code: 'conflict' })
  })

  test('makes a table of names that need quotes, in another schema', async () => {
    await server.sql(`CREATE SCHEMA "o""ther"; GRANT ALL ON SCHEMA "o""ther" TO writer`)
    const field: Field = { name: 'a "b" c; --', type: { is: 'int32' }, nullable: true, native: 'integer' }
    const rows = { schema: [field], batches: (await read('m2')).batches }
    await write('o"ther.T.x', { ...rows, batches: firstColumn(rows.batches) }, 'replace')
    expect(await count(`"o""ther"."T.x"`)).toBe(5)
  })
})

async function* firstColumn(batches: Rows['batches']): Rows['batches'] {
  for await (const { rows, columns } of batches) yield { rows, columns: [columns[0]!] }
}

describe('P19 a text', () => {
  test.each(['text', 'list'])('with NUL, in a %s, is refused by row and column', async (shape) => {
    const data = Buffer.from('okaynono\0')
    const text: FieldType = { is: 'utf8' }
    const schema: Field[] = [
      { name: 'v', type: shape === 'text' ? text : { is: 'list', of: text }, nullable: false, native: 'x' },
    ]
    const items = { layout: 'bytes' as const, offsets: Int32Array.of(0, 2, 4, 6, 9), data }
    const column =
      shape === 'text'
        ? { ...items, offsets: Int32Array.of(0, 2, 9) }
        : { layout: 'list' as const, offsets: Int32Array.of(0, 2, 4), items }
    const batches = (async function* () {
      yield { rows: 2, columns: [column] }
    })()
    const thrown = await refusal(write('nul', { schema, batches }, 'replace'))
    expect(thrown).toMatchObject({ code: 'value-not-representable' })
    expect((thrown as Error).message).toContain('Row 2, column "v"')
  })
})
