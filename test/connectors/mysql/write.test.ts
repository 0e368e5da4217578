import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Field, Rows } from '../../../shared/domain/batch.ts'
import { isFault } from '../../../shared/domain/faults.ts'
import { describeTableWriter, refusal, writerOf } from '../../contract/database/writers.ts'
import { mysqlWorld } from '../../support/database-worlds.ts'
import { describeMariadb } from '../../support/mariadb.ts'
import { type OpenedMysql, open } from '../../support/open-mysql.ts'
import { showRows } from '../../support/rows.ts'
import { goOn } from '../../support/write-rows.ts'
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

  const world = mysqlWorld(server)
  const openWriter = writerOf(world)
  const read = (table: string) => reader.tables.read(table, {})
  const _shown = async (table: string) => (await showRows(await read(table))).map((row) => JSON.stringify(row)).sort()
  const _count = async (table: string) => Number((await server.sql(`SELECT count(*) FROM ${table}`))[0]![0])
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
  })

  test('append needs a table of an engine with transactions', async () => {
    await server.sql('CREATE TABLE plain (n int, v double) ENGINE = MyISAM')
    expect(await refusal(write('plain', await read('m7'), 'append'))).toMatchObject({ code: 'not-offered' })
  })

  describeTableWriter(world, {
    own: () => '',
    adder: (password) =>
      `CREATE USER adder@'%' IDENTIFIED BY '${password}'; GRANT INSERT, SELECT ON narrow_adding TO adder@'%'`,
  })
})
