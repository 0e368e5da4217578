import { Fault } from '../../domain/faults.ts'
import type { Paged } from '../kind.ts'

/** A page of rows of one name each, of which one more than the limit was asked for. */
export function pageOfNames(rows: readonly (readonly (string | null)[])[], limit: number): Paged<string> {
  const items = rows.slice(0, limit).map(([name]) => name!)
  return { items, next: rows.length > limit ? items.at(-1)! : null }
}

export const noDatabase = (name: string, cause?: unknown): Fault =>
  new Fault('not-found', `The login sees no database ${JSON.stringify(name.slice(0, 200))}.`, {
    hint: 'GET /v1/sources/{source}/databases lists those that it sees.',
    cause,
  })
