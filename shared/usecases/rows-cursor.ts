import { createHash } from 'node:crypto'
import { unknownCursor } from './list-page.ts'

/** What a cursor of rows belongs to: anything that, when changed, makes the cursor meaningless. */
const digest = (query: unknown): string =>
  createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 16)

/** A position in the rows of one query as an opaque cursor that only this query takes back. */
export const writeRowsCursor = (query: unknown, position: string): string =>
  Buffer.from(JSON.stringify([digest(query), position])).toString('base64url')

/** The position in a cursor. Fault invalid-request where it is another query's, or none. */
export function readRowsCursor(query: unknown, cursor: string): string {
  try {
    const [of, position] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [unknown, unknown]
    if (of === digest(query) && typeof position === 'string') return position
  } catch {
    // not one of ours: told below
  }
  throw unknownCursor()
}
