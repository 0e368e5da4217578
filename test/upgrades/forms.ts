import * as z from 'zod'
import type { Collection } from '../../shared/ports/catalog.ts'

/** What is said of a schema for people alone, and for clients. */
const words = new Set(['description', 'examples', 'title', 'id', '$id', '$schema', 'markdownDescription'])

/** The form in which a collection's records are kept, as JSON Schema without a word for people; null: of any form. */
export function formOf({ schema }: Collection<unknown>): unknown {
  const form = plain(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any', reused: 'inline' }))
  return Object.keys(form as object).length === 0 ? null : form
}

function plain(value: unknown, isNames = false): unknown {
  if (Array.isArray(value)) return value.map((each) => plain(each))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => isNames || !words.has(name))
  return Object.fromEntries(kept.map(([name, each]) => [name, plain(each, !isNames && name === 'properties')]))
}
