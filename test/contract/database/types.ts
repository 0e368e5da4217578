import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { typeName } from '../../../shared/domain/batch.ts'
import { type Shown, showRows } from '../../support/rows.ts'
import type { DatabaseWorld, OpenedDatabase } from './world.ts'

/** Native type, carried type, values as the server's literals. Each value must show as the server's own text. */
export type Matrix = readonly (readonly [native: string, carried: string, values: readonly string[]])[]

/** Native type, a value that nothing carries, and what is said of it. */
export type Refused = readonly (readonly [native: string, value: string, said: string])[]

export interface TypesWorld extends DatabaseWorld {
  /**
   * Makes for each type of the matrix a table `m<i>` (n, v), n from 0 on and then a null, and for each of those that are
   * refused `r<i>` (n, "v v") with four rows, null but for the third.
   */
  make(): Promise<unknown>
  readonly matrix: Matrix
  readonly least: number
  readonly refused: Refused
  /** Whether the kind names that type as it stands in the matrix. */
  isNamed(native: string): boolean
  /** The server's own text of each value of `m<i>`, worded as the test shows that type. */
  expected(i: number, native: string, carried: string): Promise<Shown[][]>
  /** A query that does as the hint says: the refused value of `r<i>` as text. */
  asText(i: number): string
  /** What each is then. */
  readonly text: RegExp
}

export function describeTypes(world: TypesWorld): void {
  const { matrix, refused } = world
  let connection: OpenedDatabase
  beforeAll(async () => {
    await world.make()
    connection = await world.open(world.server)
  })
  afterAll(() => connection.close())

  describe(`values of types of the kind ${world.kind.kind}`, () => {
    test(`there are at least ${world.least} of them here`, () => {
      expect(matrix.reduce((sum, [, , values]) => sum + values.length, 0)).toBeGreaterThanOrEqual(world.least)
    })

    test.each(matrix.map(([native, carried], i) => [native, carried, i] as const))(
      '%s is carried as %s, exactly',
      async (native, carried, i) => {
        const order = [{ column: 'n', descending: false }]
        const window = await connection.tables.read(`m${i}`, { select: ['v'], order })
        const [field] = window.schema
        expect(typeName(field!.type)).toBe(carried)
        expect(field!.nullable).toBe(true)
        if (world.isNamed(native)) expect(field!.native).toBe(native)
        const wanted = await world.expected(i, native, carried)
        expect(await showRows(window)).toEqual(wanted)
        // A query sees the same: its columns go the same way.
        const rows = await connection.tables.query({ sql: `SELECT v FROM m${i} ORDER BY n` })
        expect(typeName(rows.schema[0]!.type)).toBe(carried)
        expect(await showRows(rows)).toEqual(wanted)
      },
    )

    test.each(refused.map(([native, value, said], i) => [native, value, said, i] as const))(
      '%s %s is told, with its row and column',
      async (native, _value, said, i) => {
        await expect(connection.tables.read(`r${i}`, {}).then(showRows)).rejects.toMatchObject({
          code: 'value-not-representable',
          detail: `Row 3, column "v v" (${native}) holds ${said}.`,
          hint: expect.stringContaining('text'),
        })
        // As the hint says.
        const rows = await showRows(await connection.tables.query({ sql: world.asText(i) }))
        expect(rows).toHaveLength(1)
        expect(rows[0]![0]).toMatch(world.text)
      },
    )
  })
}
