import type { JsonSchema } from '../api/types.ts'

/** What is wrong, by JSON pointer into the value: `/auth/name`. */
export type Problems = ReadonlyMap<string, string>

/** One step into the schema's own definitions; a schema that refers elsewhere is taken as anything. */
export function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let found: unknown = schema
  for (let steps = 0; steps < 20; steps++) {
    const { $ref, ...rest } = found as { $ref?: unknown }
    if (typeof $ref !== 'string') return found as JsonSchema
    let at: unknown = root
    for (const part of $ref.replace(/^#\/?/, '').split('/').filter(Boolean)) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
      at =
        typeof at === 'object' && at !== null && Object.hasOwn(at, key)
          ? (at as Record<string, unknown>)[key]
          : undefined
    }
    if (typeof at !== 'object' || at === null) return {}
    found = { ...at, ...rest }
  }
  return {}
}

export const propertiesOf = (schema: JsonSchema): readonly (readonly [string, JsonSchema])[] =>
  Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).toSorted(
    ([, a], [, b]) => Number(a['x-order'] ?? 0) - Number(b['x-order'] ?? 0),
  )

export const isObjectSchema = (schema: JsonSchema): boolean =>
  schema.type === 'object' && schema.properties !== undefined

/** The property whose constant tells the members of a `oneOf` apart; undefined where there is none. */
export function discriminatorOf(options: readonly JsonSchema[]): string | undefined {
  const [first] = options
  return propertiesOf(first ?? {})
    .map(([name]) => name)
    .find((name) => options.every((option) => constOf(option, name) !== undefined))
}

/** The forms that an object may have, where it has several that no constant tells apart. */
export function variantsOf(schema: JsonSchema, root: JsonSchema): readonly JsonSchema[] | undefined {
  const options = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined
  if (options === undefined || schema.properties !== undefined) return undefined
  const known = options.map((option) => resolve(option, root))
  return known.every(isObjectSchema) ? known : undefined
}

/** The form that a value has: the one whose needed fields are all there; -1 where none is. */
export const variantOf = (options: readonly JsonSchema[], value: unknown): number =>
  options.findIndex(({ required }) =>
    ((required ?? []) as readonly string[]).every((name) => Object.hasOwn((value ?? {}) as object, name)),
  )

export const constOf = (schema: JsonSchema, name: string): unknown =>
  ((schema.properties ?? {}) as Record<string, JsonSchema>)[name]?.const

/** What a form begins with: the defaults, and nothing that was not said. */
export function initialValue(schema: JsonSchema, root: JsonSchema = schema): unknown {
  const known = resolve(schema, root)
  if (known.default !== undefined) return known.default
  if (isObjectSchema(known)) {
    const required = (known.required ?? []) as readonly string[]
    const given = propertiesOf(known)
      .map(([name, property]) => [name, startOf(property, root, required.includes(name))] as const)
      .filter(([, value]) => value !== undefined)
    return Object.fromEntries(given)
  }
  return undefined
}

function startOf(schema: JsonSchema, root: JsonSchema, isRequired: boolean): unknown {
  const known = resolve(schema, root)
  if (known.const !== undefined) return known.const
  if (known.default !== undefined) return known.default
  return isRequired && isObjectSchema(known) ? initialValue(known, root) : undefined
}

/** The value with one property set; undefined takes it away. */
export function withProperty(value: unknown, name: string, next: unknown): Record<string, unknown> {
  const entries = Object.entries((value ?? {}) as Record<string, unknown>).filter(([key]) => key !== name)
  return Object.fromEntries(next === undefined ? entries : [...entries, [name, next]])
}

export const pointer = (at: string, name: string): string => `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
