import { Fault } from '../../domain/faults.ts'

/** One of the expressions that rows are ordered by. */
export interface PlaceKey {
  readonly sql: string
  readonly nullable: boolean
  readonly descending: boolean
}

/** Where a page ended: the keys' values as the server's text, and how many rows with just these came before. */
export interface Place {
  readonly values: readonly (string | null)[]
  readonly skip: number
}

/** A place as a cursor, and back. It names its keys, so that the cursor of another order is noticed. */
export const formatPlace = (keys: readonly PlaceKey[], { values, skip }: Place): string =>
  JSON.stringify([keys.map(({ sql, descending }) => (descending ? `-${sql}` : sql)), values, skip])

export function parsePlace(keys: readonly PlaceKey[], cursor: string): Place {
  const wrong = (cause?: unknown) =>
    new Fault('invalid-request', 'The cursor belongs to another reading.', {
      hint: 'Go on with the same table, columns, filter and order that gave it.',
      cause,
    })
  let parts: unknown
  try {
    parts = JSON.parse(cursor)
  } catch (cause) {
    throw wrong(cause)
  }
  if (!Array.isArray(parts) || parts.length !== 3) throw wrong()
  const [names, values, skip] = parts as unknown[]
  const expected = keys.map(({ sql, descending }) => (descending ? `-${sql}` : sql))
  if (!Array.isArray(names) || names.length !== keys.length || names.some((name, i) => name !== expected[i]))
    throw wrong()
  if (!Array.isArray(values) || values.length !== keys.length || !Number.isSafeInteger(skip) || (skip as number) < 0)
    throw wrong()
  for (const [i, value] of values.entries())
    if (typeof value !== 'string' && !(value === null && keys[i]!.nullable)) throw wrong()
  return { values: values as (string | null)[], skip: skip as number }
}
