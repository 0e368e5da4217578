import { beforeAll, describe, expect, test } from 'vitest'
import type { ReadWindow } from '../../../shared/connectors/kind.ts'
import type { Filter, Order } from '../../../shared/domain/filter.ts'
import { randomOf } from '../../support/random.ts'
import { type Shown, showRows } from '../../support/rows.ts'
import { type DatabaseWorld, type OpenedDatabase, opening } from './world.ts'

/** Tables with the columns `n`, `t`, `f` and `d` among others. */
export interface PagedTables {
  /** The same kinds of rows with different ways of telling them apart; `keyed` has the key (k, id). */
  readonly tables: readonly string[]
  readonly orderable: readonly string[]
  /** How many rows `keyed` has. */
  readonly rows: number
  readonly rounds: number
  /** Of a page, at most. */
  readonly limits: readonly number[]
  readonly orderedLimit: number
  /** As the server writes a column of the one table. */
  readonly columnSql: (name: string) => string
  /** What of a row is compared where an order was asked for. */
  readonly ordered?: (row: readonly Shown[]) => readonly Shown[]
}

/** `make` has made the tables. */
export function describePages(
  world: DatabaseWorld,
  make: () => Promise<unknown>,
  {
    tables,
    orderable,
    rows: allRows,
    rounds,
    limits,
    orderedLimit,
    columnSql,
    ordered: shown = (row) => row,
  }: PagedTables,
): void {
  describe('pages of a table', () => {
    const opened = opening(world)
    let connection: OpenedDatabase
    beforeAll(async () => {
      await make()
      connection = await opened(world.server)
    })
    const key = (row: readonly Shown[]) => JSON.stringify(row)
    const all = async (table: string, window: ReadWindow) => await showRows(await connection.tables.read(table, window))

    test.each(tables)('of %s hold every row once, in any order, of any size', async (table) => {
      const random = randomOf(tables.indexOf(table) + 100)
      for (let round = 0; round < rounds; round++) {
        const order = [...orderable]
          .sort(() => random.next() - 0.5)
          .slice(0, random.below(4))
          .map((column): Order => ({ column, descending: random.next() < 0.5 }))
        const where: Filter | undefined = random.pick([undefined, ['n', 'ge', 1], { not: ['t', 'is-null'] }])
        const select = random.pick([undefined, ['t', 'n'], ['f', 'f', 'd']])
        const window = { order, where, select }
        const whole = await all(table, window)
        const paged: Shown[][] = []
        let after: string | undefined
        do {
          const limit = 1 + random.below(random.pick(limits))
          const page = await connection.tables.read(table, { ...window, limit, after })
          const rows = await showRows(page)
          expect(rows.length).toBeLessThanOrEqual(limit)
          const next = page.next()
          if (next !== null) expect(rows.length).toBe(limit)
          paged.push(...rows)
          after = next ?? undefined
        } while (after !== undefined)
        const told = `${table} ${JSON.stringify(window)}`
        expect(paged.map(key).sort(), told).toEqual(whole.map(key).sort())
        if (order.length > 0) {
          // The same order as the server gives the whole in, as far as the wanted columns go.
          const ordered = order.map(({ column }) => column)
          const columns = await all(table, { ...window, select: ordered })
          const positions = { ...window, select: [...ordered, ...(select ?? [])], limit: orderedLimit }
          const got = await readPages(connection, table, positions, ordered.length)
          expect(got.map(shown), told).toEqual(columns.map(shown))
        }
      }
    })

    test('end where the table ends, at a limit of just its rows', async () => {
      const page = await connection.tables.read('keyed', { limit: allRows })
      expect(await showRows(page)).toHaveLength(allRows)
      expect(page.next()).toBeNull()
    })

    const [k, id] = [columnSql('k'), columnSql('id')]
    test.each([
      ['not JSON', '{'],
      ['of another order', JSON.stringify([[k], ['1'], 0])],
      ['with a null for a key', JSON.stringify([[k, id], [null, '1'], 0])],
      ['with too few values', JSON.stringify([[k, id], ['1'], 0])],
      ['with a negative count', JSON.stringify([[k, id], ['1', '1'], -1])],
      ['with an object', JSON.stringify([[k, id], [{}, '1'], 0])],
      ['with a value of the wrong type', JSON.stringify([[k, id], ['k', "1'; DROP TABLE keyed; --"], 0])],
    ])('are refused for a cursor %s', async (_, after) => {
      await expect(connection.tables.read('keyed', { limit: 5, after })).rejects.toMatchObject({
        code: 'invalid-request',
      })
    })
  })
}

/** The first columns of all rows of a window, page by page. */
export async function readPages(
  connection: OpenedDatabase,
  table: string,
  window: ReadWindow,
  width: number,
): Promise<Shown[][]> {
  const rows: Shown[][] = []
  let after: string | undefined
  do {
    const page = await connection.tables.read(table, { ...window, after })
    rows.push(...(await showRows(page)).map((row) => row.slice(0, width)))
    after = page.next() ?? undefined
  } while (after !== undefined)
  return rows
}
