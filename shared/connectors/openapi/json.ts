/** Values of a document that others wrote: read by own members alone, so that no key reaches a prototype. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The member of an object; undefined where the value is no object or has none of that name. */
export const member = (value: Json | undefined, key: string): Json | undefined =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined

export const textOf = (value: Json | undefined, key: string): string | undefined => {
  const found = member(value, key)
  return typeof found === 'string' ? found : undefined
}

export const listOf = (value: Json | undefined, key: string): readonly Json[] => {
  const found = member(value, key)
  return Array.isArray(found) ? found : []
}

export const entriesOf = (value: Json | undefined): [string, Json][] => (isObject(value) ? Object.entries(value) : [])

/** An object of such entries; a name like `__proto__` becomes a member like any other. */
export const objectOf = (entries: Iterable<readonly [string, Json]>): JsonObject => Object.fromEntries(entries)
