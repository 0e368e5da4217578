import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { columnsOf, type Filter } from '../../../shared/domain/filter.ts'
import type { Login } from '../../support/open-database.ts'
import { showRows } from '../../support/rows.ts'
import { filters, parting, refusedFilters } from './filters.ts'
import { type DatabaseWorld, type OpenedDatabase, opening } from './world.ts'

export interface TablesWorld extends DatabaseWorld {
  /**
   * Makes `things` with five rows (`id` from 1 on, `code` first 'abcde' and 'b', a price, a label, `flag`, `f`), the same
   * name in another namespace `extra`, `extra."dotted.name"`, and there one of each of `names`, with a row (1, 2) of a
   * column of that name and `other`.
   */
  make(): Promise<unknown>
  readonly names: readonly string[]
  /** The namespace of tables that are named alone. */
  readonly home: string
  /** Tables that nobody sees: of others, of the server, in another case, and none at all. */
  readonly unseen: readonly string[]
  /** A table of two rows of which the login sees one column, `open`, with 1 and 3, and not `hidden`. */
  readonly half: string
  /** Native names of `id`, `code` and `price`. */
  readonly natives: readonly [id: string, code: string, price: string]
  readonly uniqueKeys: readonly (readonly string[])[]
  /** Filters of `things` and the ids of their rows, besides those that mean the same everywhere; so below. */
  readonly filters: readonly (readonly [where: Filter, ids: readonly number[]])[]
  /** Filters that are refused, and what the fault names. */
  readonly refusedFilters: readonly (readonly [where: Filter, named: string])[]
  /** Filters that some rows fulfil, some do not, and of some it is not known. */
  readonly parting: readonly Filter[]
  /** A login that may read nothing. */
  nobody(): Promise<Login>
  /** Config by which that login gets in. */
  readonly anywhere: Record<string, unknown>
  /** The place of the first value of a query. */
  readonly place: string
}

export function describeTables(world: TablesWorld): void {
  const { server, home } = world
  const opened = opening(world)
  let connection: OpenedDatabase
  beforeAll(async () => {
    await world.make()
    connection = await world.open(server)
  })
  afterAll(() => connection.close())

  const rowsOf = async (where: Filter) => {
    const order = [{ column: 'id', descending: false }]
    const rows = await showRows(await connection.tables.read('things', { select: ['id'], where, order }))
    return rows.map(([id]) => Number(id))
  }

  describe('the tables of a database', () => {
    test('are found by a part of the name, in any case', async () => {
      const found = async (page: object) =>
        (await connection.tables.list({ limit: 100, ...page })).items.map(({ table }) => table)
      expect(await found({ search: 'HINGS' })).toEqual(["extra.'; DROP TABLE things; --", 'extra.things', 'things'])
      expect(await found({ schema: 'extra', search: 'a.thing' })).toEqual(['extra.things'])
      expect(await found({ search: '%' })).toEqual(['extra.%'])
      expect(await found({ schema: 'nowhere' })).toEqual([])
    })

    test('are described with types, keys and comments', async () => {
      const described = await connection.tables.describe('things')
      expect(described).toMatchObject({ kind: 'table', primaryKey: ['id'] })
      expect(described.uniqueKeys.toSorted()).toEqual(world.uniqueKeys)
      const [id, code, price] = world.natives
      expect(described.columns.slice(0, 3)).toEqual([
        { name: 'id', type: { is: 'int32' }, nullable: false, native: id },
        { name: 'code', type: { is: 'utf8' }, nullable: false, native: code },
        { name: 'price', type: { is: 'decimal', precision: 8, scale: 2 }, nullable: true, native: price },
      ])
      expect(described.comments.slice(0, 3)).toEqual([null, null, 'In euros'])
    })

    test('are named at home first, then with their namespace, whatever the dots', async () => {
      expect((await connection.tables.describe('things')).schema).toBe(home)
      expect((await connection.tables.describe(`${home}.things`)).schema).toBe(home)
      expect((await connection.tables.describe('extra.things')).schema).toBe('extra')
      expect((await connection.tables.describe('extra.dotted.name')).name).toBe('dotted.name')
      for (const table of world.unseen)
        await expect(connection.tables.describe(table), table).rejects.toMatchObject({ code: 'not-found' })
    })

    test.each(world.names)('of the name %j are read, and so are columns of it', async (name) => {
      const window = await connection.tables.read(`extra.${name}`, {
        select: [name, 'other', name],
        where: {
          and: [
            [name, 'eq', 1],
            ['other', 'in', [1, 2]],
          ],
        },
        order: [{ column: name, descending: true }],
        limit: 1,
      })
      expect(window.schema.map((field) => field.name)).toEqual([name, 'other', name])
      expect(await showRows(window)).toEqual([['1', '2', '1']])
    })

    test('are read as far as their columns are granted', async () => {
      const { half } = world
      expect((await connection.tables.describe(half)).columns.map(({ name }) => name)).toEqual(['open'])
      const page = await connection.tables.read(half, { limit: 1 })
      const first = await showRows(page)
      const rest = await showRows(await connection.tables.read(half, { limit: 5, after: page.next()! }))
      expect([...first, ...rest].flat().toSorted()).toEqual(['1', '3'])
      await expect(connection.tables.read(half, { select: ['hidden'] })).rejects.toMatchObject({
        code: 'invalid-request',
      })
    })
  })

  describe('a filter', () => {
    test.each([...filters, ...world.filters])('%j', async (where, ids) => {
      expect(await rowsOf(where)).toEqual(ids)
    })

    test.each([...refusedFilters, ...world.refusedFilters])(
      '%j is refused and names its column',
      async (where, named) => {
        await expect(connection.tables.read('things', { where })).rejects.toMatchObject({
          code: 'invalid-request',
          detail: expect.stringContaining(named),
        })
      },
    )

    test('of two million characters is read', async () => {
      expect(await rowsOf(['label', 'in', ['one', 'x'.repeat(2_000_000)]])).toEqual([1])
    })

    test('parts the rows in three: it, its opposite, and neither', async () => {
      for (const where of [...parting, ...world.parting]) {
        const yes = await rowsOf(where)
        const no = await rowsOf({ not: where })
        const unknown = await rowsOf([columnsOf(where)[0]!, 'is-null'])
        expect([...yes, ...no, ...unknown].toSorted()).toEqual([1, 2, 3, 4, 5])
      }
    })
  })

  describe('a check', () => {
    test('fails where the login may read nothing', async () => {
      const check = await (await opened(server, await world.nobody(), world.anywhere)).check()
      expect(check.stages.at(-1)).toMatchObject({
        name: 'permission',
        ok: false,
        hint: expect.stringContaining('GRANT'),
      })
    })
  })

  describe('a selection', () => {
    test('of a table, its columns and rows is extracted, and planned with an estimate', async () => {
      const selection = { table: 'things', columns: ['code'], where: ['id', 'le', 2] as Filter }
      expect(await connection.plan({ table: 'things' })).toEqual([{ id: '0', spec: null, estimate: 5 }])
      expect(await connection.plan(selection)).toEqual([{ id: '0', spec: null, estimate: null }])
      const extract = await connection.extract(selection)
      if (extract.shape !== 'rows') throw new Error('Tables are extracted as rows.')
      expect(extract.consistency).toBe('snapshot')
      expect((await showRows(extract)).flat().toSorted()).toEqual(['abcde', 'b'])
    })

    test('of a query is extracted', async () => {
      const sql = `SELECT id FROM things WHERE id > ${world.place}`
      const extract = await connection.extract({ sql, parameters: [4] })
      if (extract.shape !== 'rows') throw new Error('Queries are extracted as rows.')
      expect(await showRows(extract)).toEqual([['5']])
    })
  })
}
