import { beforeAll, describe, expect, test } from 'vitest'
import { Fault } from '../../../shared/domain/faults.ts'
import { type Shown, showRows } from '../../support/rows.ts'
import { type DatabaseWorld, opening } from './world.ts'

export interface QueryWorld extends DatabaseWorld {
  /** Makes `victim` (n) with 1, 2 and 3, and what else the statements name. */
  make(): Promise<unknown>
  /** Statements that would write, end the transaction, hold two statements, or reach outside of the database. */
  readonly hostile: readonly string[]
  /** Those among them that the server itself takes for reading. */
  readonly harmless: readonly string[]
  /** What ends a line; a parameter where a statement without its place takes none. */
  readonly comment: string
  /** All that the hostile statements would change. */
  state(): Promise<string>
  /** Each changes what `state` tells, and puts it back. */
  readonly harms: readonly { run(): Promise<unknown>; mend(): Promise<unknown> }[]
  /** Reading statements and their rows; null: told as wrong. */
  readonly reading: readonly (readonly [sql: string, rows: readonly Shown[][] | null])[]
  /** A name of a column as the server quotes it. */
  quote(name: string): string
  /** How the server names a column that has no name. */
  readonly unnamed: string
}

const refusals = ['invalid-request', 'source-refused', 'not-offered']

/** What keeps a statement that a user wrote from more than reading. */
export function describeQueries(world: QueryWorld): void {
  const { server, hostile, harmless, state } = world
  describe('a statement that a user wrote', () => {
    const opened = opening(world)
    beforeAll(async () => {
      await world.make()
    })

    test('there are at least 60 hostile ones here', () => {
      expect(new Set(hostile).size).toBeGreaterThanOrEqual(60)
    })

    test.each(['superuser', 'writer', 'reader'] as const)(
      'changes nothing for a login of a %s, whatever it is',
      async (login) => {
        const connection = await opened(server, server[login])
        const before = await state()
        const ran: string[] = []
        for (const sql of hostile) {
          try {
            await showRows(await connection.tables.query({ sql }))
            ran.push(sql)
          } catch (error) {
            if (!(error instanceof Fault)) throw error
            expect(refusals, `${sql}: ${error.message}`).toContain(error.code)
          }
          try {
            // Parameters go the same way.
            await showRows(await connection.tables.query({ sql: `${sql}${world.comment}`, parameters: ['x'] }))
          } catch (error) {
            if (!(error instanceof Fault)) throw error
          }
          expect(await state(), sql).toBe(before)
        }
        expect(ran).toEqual(harmless)
      },
    )

    test('that nobody wraps does change something: the statements above can', async () => {
      const before = await state()
      for (const { run, mend } of world.harms) {
        await run()
        expect(await state()).not.toBe(before)
        await mend()
        expect(await state()).toBe(before)
      }
    })

    test.each(world.reading)('%j is read', async (sql, rows) => {
      const run = (await opened(server)).tables.query({ sql }).then(showRows)
      if (rows) expect(await run).toEqual(rows)
      else await expect(run).rejects.toMatchObject({ code: 'invalid-request' })
    })

    test('keeps the names of its columns, those alike and those of objects', async () => {
      const [proto, made, odd, ours] = ['__proto__', 'constructor', 'é " x', 'c0'].map(world.quote)
      const sql = `SELECT 1 a, 2 a, 3 ${proto}, 4 ${made}, 5 ${odd}, 6 AS ${ours}, 7`
      const rows = await (await opened(server)).tables.query({ sql })
      const names = ['a', 'a', '__proto__', 'constructor', 'é " x', 'c0', world.unnamed]
      expect(rows.schema.map(({ name }) => name)).toEqual(names)
      expect(await showRows(rows)).toEqual([['1', '2', '3', '4', '5', '6', '7']])
    })
  })
}
