import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Config } from '../../../shared/connectors/mysql/config.ts'
import { openMysqlWriter } from '../../../shared/connectors/mysql/write.ts'
import type { Field, Rows } from '../../../shared/domain/batch.ts'
import { isFault } from '../../../shared/domain/faults.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { loopbackEgress } from '../../support/loopback-egress.ts'
import { describeMariadb } from '../../support/mariadb.ts'
import type { Login } from '../../support/open-database.ts'
import { type OpenedMysql, open } from '../../support/open-mysql.ts'
import { showRows } from '../../support/rows.ts'
import { failingAfter, goOn } from '../../support/write-rows.ts'
import { matrix, tables } from './type-matrix.ts'

/** Read by a form that cannot be written, or carried as another type. */
const geometries = new Set(['point', 'geometry'])

describeMariadb('P19 rows written to MariaDB', (server) => {
  let reader: OpenedMysql
  beforeAll(async () => {
    await server.sql(tables)
    reader = await open(server)
  })
  afterAll(() => reader.close())

  const openWriter = (login: Login = server.writer, signal = new AbortController().signal) =>
    openMysqlWriter({
      config: Config.parse({ host: server.host, port: server.port, database: server.database, user: login.user }),
      credential: new Secret({ password: login.password }),
      egress: loopbackEgress(),
      signal,
    })
  const read = (table: string) => reader.tables.read(table, {})
  const shown = async (table: string) => (await showRows(await read(table))).map((row) => JSON.stringify(row)).sort()
  const count = async (table: string) => Number((await server.sql(`SELECT count(*) FROM ${table}`))[0]![0])
  const write = async (
    table: string,
    rows: Rows,
    mode: 'replace' | 'append',
    { ready = goOn, login = server.writer } = {},
  ) => {
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
  /** Types and rows of a small table. */
  const seen = async (table: string) => {
    const rows = await read(table)
    const types = rows.schema.map(({ name, type }) => ({ name, type }))
    return { types, rows: (await showRows(rows)).map((row) => JSON.stringify(row)).sort() }
  }
  const besides = () => server.sql(`SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_NAME LIKE 'headgate%'`)

  describe('read back as they were', () => {
    const all = matrix.map(([native, carried], i) => [`${native} (${carried})`, native, `m${i}`] as const)
    test.each(all)('%s', async (_, native, table) => {
      const wanted = await seen(table)
      await write(`new_${table}`, await read(table), 'replace')
      expect(await seen(`new_${table}`)).toEqual(wanted)
      if (geometries.has(native)) return
      await server.sql(`CREATE TABLE like_${table} LIKE ${table}`)
      await write(`like_${table}`, await read(table), 'append')
      expect(await seen(`like_${table}`)).toEqual(wanted)
    })

    test('but for what has no column there', async () => {
      const list: Field = { name: 'v', type: { is: 'list', of: { is: 'int32' } }, nullable: true, native: 'integer[]' }
      const none = (async function* () {})()
      expect(await refusal(write('lists', { schema: [list], batches: none }, 'replace'))).toMatchObject({
        code: 'not-offered',
      })
      const schema: Field[] = [{ name: 'v', type: { is: 'float64' }, nullable: false, native: 'x' }]
      const batches = (async function* () {
        yield { rows: 2, columns: [{ layout: 'fixed' as const, values: Float64Array.of(1, Number.NaN) }] }
      })()
      const thrown = await refusal(write('nans', { schema, batches }, 'replace'))
      expect(isFault(thrown, 'value-not-representable') && thrown.detail).toBe(
        'Row 2, column "v": NaN cannot be kept there.',
      )
      expect(await besides()).toEqual([])
    })
  })

  describe('replace', () => {
    test('is one step for who reads, and leaves nothing beside', async () => {
      await server.sql('CREATE TABLE prices (old int); INSERT INTO prices VALUES (1), (2)')
      let before: unknown
      await write('prices', await read('m7'), 'replace', {
        ready: async () => {
          before = await server.sql('SELECT * FROM prices')
        },
      })
      expect(before).toEqual([['1'], ['2']])
      expect(await shown('prices')).toEqual(await shown('m7'))
      expect(await besides()).toEqual([])
    })

    test.each([
      ['a failure of what is read', 'rows'],
      ['a refusal at the last step', 'ready'],
    ])('after %s leaves the old table, and nothing beside it', async (_, at) => {
      await server.sql('DROP TABLE IF EXISTS kept; CREATE TABLE kept (old int); INSERT INTO kept VALUES (7)')
      const failure = new Error('broken off')
      const rows = at === 'rows' ? failingAfter(await read('m7'), failure) : await read('m7')
      const ready = at === 'ready' ? () => Promise.reject(failure) : goOn
      expect(await refusal(write('kept', rows, 'replace', { ready }))).toBe(failure)
      expect(await server.sql('SELECT * FROM kept')).toEqual([['7']])
      expect(await besides()).toEqual([])
    })

    test('removes what a killed worker left, and is refused while another one is at it', async () => {
      await server.sql('CREATE TABLE contested (old int)')
      let left: unknown
      await write('contested', await read('m7'), 'replace', {
        ready: async () => {
          left = (await besides())[0]![0]
          const thrown = await refusal(write('contested', await read('m7'), 'replace'))
          expect(thrown).toMatchObject({ code: 'conflict' })
        },
      })
      await server.sql(`CREATE TABLE ${left} (left_over int)`)
      await write('contested', await read('m7'), 'replace')
      expect(await besides()).toEqual([])
    })

    test('of a view, and by a login that may only read, is refused', async () => {
      await server.sql('CREATE VIEW shows AS SELECT 1 AS a')
      expect(await refusal(write('shows', await read('m7'), 'replace'))).toMatchObject({ code: 'invalid-request' })
      const thrown = await refusal(write('forbidden', await read('m7'), 'replace', { login: server.reader }))
      expect(thrown).toMatchObject({ code: 'source-refused' })
    })
  })

  describe('append', () => {
    test('matches columns by name, and is refused before any row is read where they do not fit', async () => {
      await server.sql(`CREATE TABLE target (extra varchar(3) DEFAULT 'x', v bigint, n int)`)
      await write('target', await read('m7'), 'append')
      expect(await count('target')).toBe((await shown('m7')).length)
      await server.sql('CREATE TABLE narrow (n int, v float)')
      let isRead = false
      const { columns: schema } = await reader.tables.describe(
        `m${matrix.findIndex(([native]) => native === 'double')}`,
      )
      const batches = (async function* () {
        isRead = true
      })()
      const thrown = await refusal(write('narrow', { schema, batches }, 'append'))
      expect(isFault(thrown, 'invalid-request') && thrown.detail).toBe(
        'Columns do not fit the table: "v" (float64) cannot be kept exactly as float.',
      )
      expect(isRead).toBe(false)
      await server.sql('CREATE TABLE plain (n int, v double) ENGINE = MyISAM')
      expect(await refusal(write('plain', { schema, batches }, 'append'))).toMatchObject({ code: 'not-offered' })
    })

    test('adds nothing where one row does not fit, and tells which', async () => {
      await server.sql(`CREATE TABLE texts (n int PRIMARY KEY, v varchar(9));
        INSERT INTO texts SELECT seq, IF(seq = 20000, 'abc ', 'abc') FROM seq_1_to_50000;
        CREATE TABLE small (n int, v varchar(3)); CREATE TABLE checked (n int CHECK (n <> 40000), v varchar(9))`)
      const cut = await refusal(write('small', await read('texts'), 'append'))
      expect(cut).toMatchObject({ code: 'value-not-representable' })
      expect((cut as Error).message).toContain('Row 20000, column "v"')
      const broken = await refusal(write('checked', await read('texts'), 'append'))
      expect(broken).toMatchObject({ code: 'conflict' })
      expect([await count('small'), await count('checked')]).toEqual([0, 0])
      await server.sql('ALTER TABLE small MODIFY v varchar(9)')
      await write('small', await read('texts'), 'append')
      expect(await count('small')).toBe(50_000)
    })

    test('that is aborted in the middle adds nothing', async () => {
      await server.sql('CREATE TABLE aborted (n int, v varchar(9))')
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
      const thrown = await refusal(writer.put('aborted', slow, { mode: 'append', ready: goOn }))
      expect(thrown).toMatchObject({ code: 'cancelled' })
      await writer.close()
      expect(await count('aborted')).toBe(0)
    })
  })
})
