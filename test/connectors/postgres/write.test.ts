import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Config } from '../../../shared/connectors/postgres/config.ts'
import { openPostgresWriter } from '../../../shared/connectors/postgres/write.ts'
import type { Field, FieldType, Rows } from '../../../shared/domain/batch.ts'
import { isFault } from '../../../shared/domain/faults.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { loopbackEgress } from '../../support/loopback-egress.ts'
import type { Login } from '../../support/open-database.ts'
import { type OpenedPostgres, open } from '../../support/open-postgres.ts'
import { testPostgres } from '../../support/postgres.ts'
import { showRows } from '../../support/rows.ts'
import { failingAfter, goOn } from '../../support/write-rows.ts'
import { lists, matrix, preparing, tables } from './type-matrix.ts'

const server = await testPostgres()

const openWriter = (login: Login = server.writer, signal = new AbortController().signal) =>
  openPostgresWriter({
    config: Config.parse({ host: server.host, port: server.port, database: server.database, user: login.user }),
    credential: new Secret({ password: login.password }),
    egress: loopbackEgress(),
    signal,
  })

let reader: OpenedPostgres
beforeAll(async () => {
  await server.sql(`${preparing}; ${tables}`)
  reader = await open(server, server.superuser)
})
afterAll(() => reader.close())

const read = (table: string) => reader.tables.read(table, {})
const shown = async (table: string) => (await showRows(await read(table))).map((row) => JSON.stringify(row)).sort()
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

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it was not refused'),
    (thrown: unknown) => thrown,
  )

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

describe('P19 replace', () => {
  test('is seen from its last step on, and keeps who may read', async () => {
    await server.sql(`CREATE TABLE prices (old int); INSERT INTO prices VALUES (1), (2); ALTER TABLE prices OWNER TO writer;
      GRANT SELECT, UPDATE ON prices TO reader WITH GRANT OPTION`)
    let seen = -1
    await write('prices', await read('m3'), 'replace', {
      ready: async () => {
        // the last step holds the lock for as long as this takes
        seen = Number((await server.sql(`SELECT count(*)::int AS n FROM pg_class WHERE relname = 'prices'`))[0]!.n)
      },
    })
    expect(seen).toBe(1)
    expect(await shown('prices')).toEqual(await shown('m3'))
    const [row] = await server.sql(`SELECT has_table_privilege('reader', 'prices', 'UPDATE WITH GRANT OPTION') AS may`)
    expect(row).toEqual({ may: true })
    expect(await server.sql(`SELECT relname FROM pg_class WHERE relname LIKE 'headgate_%'`)).toEqual([])
  })

  test.each([
    ['a failure of what is read', 'rows'],
    ['a refusal at the last step', 'ready'],
  ])('after %s leaves the old table, and nothing beside it', async (_, at) => {
    await server.sql(
      'DROP TABLE IF EXISTS kept; CREATE TABLE kept (old int); INSERT INTO kept VALUES (7); ALTER TABLE kept OWNER TO writer',
    )
    const failure = new Error('broken off')
    const rows = at === 'rows' ? failingAfter(await read('m3'), failure) : await read('m3')
    const ready = at === 'ready' ? () => Promise.reject(failure) : goOn
    expect(await refusal(write('kept', rows, 'replace', { ready }))).toBe(failure)
    expect(await server.sql('SELECT * FROM kept')).toEqual([{ old: 7 }])
    expect(await server.sql(`SELECT relname FROM pg_class WHERE relname LIKE 'headgate_%'`)).toEqual([])
  })

  test('of a view, of a schema that is not there, and of what others depend on is refused', async () => {
    await server.sql(
      `CREATE VIEW shows AS SELECT 1; CREATE TABLE base (a int); ALTER TABLE base OWNER TO writer; CREATE VIEW above AS SELECT * FROM base`,
    )
    expect(await refusal(write('shows', await read('m3'), 'replace'))).toMatchObject({ code: 'invalid-request' })
    expect(await refusal(write('nowhere.x', await read('m3'), 'replace'))).toMatchObject({ code: 'not-found' })
    expect(await refusal(write('base', await read('m3'), 'replace'))).toMatchObject({ code: 'conflict' })
  })

  test('by a login that may only read is refused, and nothing is there', async () => {
    const thrown = await refusal(write('forbidden', await read('m3'), 'replace', { login: server.reader }))
    expect(thrown).toMatchObject({ code: 'source-refused' })
    expect(await server.sql(`SELECT 1 FROM pg_class WHERE relname = 'forbidden'`)).toEqual([])
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

describe('P19 append', () => {
  test('matches columns by name, in any order, beside others that may be empty', async () => {
    await server.sql(
      `CREATE TABLE target (extra text DEFAULT 'x', v bigint, n int); GRANT ALL ON target TO writer; INSERT INTO target VALUES ('y', 1, 1)`,
    )
    await write('target', await read('m3'), 'append')
    expect(await count('target')).toBe(1 + (await shown('m3')).length)
    expect(await server.sql(`SELECT DISTINCT extra FROM target ORDER BY 1`)).toEqual([{ extra: 'x' }, { extra: 'y' }])
  })

  test('is refused before any row is read where columns do not fit', async () => {
    await server.sql('CREATE TABLE narrow (n int, v real); GRANT ALL ON narrow TO writer')
    let isRead = false
    const schema = (await reader.tables.describe('m6')).columns
    const batches = (async function* () {
      isRead = true
    })()
    const thrown = await refusal(write('narrow', { schema, batches }, 'append'))
    expect(isFault(thrown, 'invalid-request') && thrown.detail).toBe(
      'Columns do not fit the table: "v" (float64) cannot be kept exactly as real.',
    )
    expect(isRead).toBe(false)
    const missing = await refusal(write('narrow', { schema: [{ ...schema[0]!, name: 'other' }], batches }, 'append'))
    expect(missing).toMatchObject({ code: 'invalid-request' })
    expect(await refusal(write('absent', { schema, batches }, 'append'))).toMatchObject({ code: 'not-found' })
  })

  test('adds nothing where one row does not fit, and tells which', async () => {
    await server.sql(`CREATE TABLE small (n int, v varchar(3)); GRANT ALL ON small TO writer;
      CREATE TABLE texts AS SELECT n, CASE n WHEN 70000 THEN 'abc ' ELSE 'abc' END AS v FROM generate_series(1, 100000) n`)
    const cut = await refusal(write('small', await read('texts'), 'append'))
    expect(cut).toMatchObject({ code: 'value-not-representable' })
    expect((cut as Error).message).toContain('Row 70000, column "v"')
    await server.sql('ALTER TABLE small ALTER v TYPE varchar(9); ALTER TABLE small ADD CHECK (n <> 50000)')
    const broken = await refusal(write('small', await read('texts'), 'append'))
    expect(broken).toMatchObject({ code: 'conflict' })
    expect(await count('small')).toBe(0)
    await server.sql('ALTER TABLE small DROP CONSTRAINT small_n_check')
    await write('small', await read('texts'), 'append')
    expect(await count('small')).toBe(100_000)
  })

  test('that is aborted in the middle adds nothing', async () => {
    await server.sql('CREATE TABLE aborted (n int, v text); GRANT ALL ON aborted TO writer')
    const abort = new AbortController()
    const writer = await openWriter(server.writer, abort.signal)
    const { schema, batches } = await read('texts')
    const slow: Rows = {
      schema,
      batches: (async function* () {
        for await (const batch of batches) {
          yield batch
          abort.abort()
        }
      })(),
    }
    expect(await refusal(writer.put('aborted', slow, { mode: 'append', ready: goOn }))).toMatchObject({
      code: 'cancelled',
    })
    await writer.close()
    expect(await count('aborted')).toBe(0)
  })

  test.each(['text', 'list'])('of a %s with NUL is refused by row and column', async (shape) => {
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
