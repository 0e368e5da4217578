import { entriesOf, isObject, type Json, type JsonObject, member, objectOf } from './json.ts'
import type { Spec } from './operations.ts'

/**
 * A schema of the document as a JSON Schema that stands alone: what it refers to is in its `$defs`, so that a circle
 * stays a circle. OpenAPI 3.0's own words (`nullable`, exclusive bounds as flags) become those of JSON Schema.
 */
export function standaloneSchema({ references, isOld }: Spec, schema: Json | undefined): JsonObject {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  const nameOf = (reference: string): string => {
    const known = names.get(reference)
    if (known !== undefined) return known
    const last = reference.slice(reference.lastIndexOf('/') + 1).replace(/[^\w.-]/g, '_') || 'root'
    let name = last
    for (let n = 2; taken.has(name); n++) name = `${last}${n}`
    taken.add(name)
    names.set(reference, name)
    return name
  }
  const copy = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(copy)
    if (!isObject(value)) return value
    const copied = objectOf(entriesOf(value).map(([key, part]) => [key, copyMember(key, part)]))
    return isOld ? modern(copied) : copied
  }
  const copyMember = (key: string, part: Json): Json => {
    if (key === '$ref' && typeof part === 'string')
      return part === '#' || part.startsWith('#/') ? `#/$defs/${nameOf(part)}` : part
    if (['example', 'examples', 'default', 'enum', 'const'].includes(key)) return part
    const isNamed = ['properties', 'patternProperties', '$defs', 'dependentSchemas'].includes(key) && isObject(part)
    return isNamed ? objectOf(entriesOf(part).map(([name, of]) => [name, copy(of)])) : copy(part)
  }
  const copied = schema === undefined ? {} : copy(schema)
  const own = isObject(copied) ? copied : copied === false ? { not: {} } : {}
  const definitions = new Map<string, Json>()
  // Copying one may name more: the map grows while it is walked.
  for (const [reference, name] of names) {
    const target = references.at(reference)
    definitions.set(name, target === undefined ? {} : copy(target))
  }
  return definitions.size === 0 ? own : { ...own, $defs: { ...definitionsIn(own), ...objectOf(definitions) } }
}

const definitionsIn = (schema: JsonObject): JsonObject => {
  const own = member(schema, '$defs')
  return isObject(own) ? own : {}
}

function modern(schema: JsonObject): JsonObject {
  const { nullable, exclusiveMinimum, exclusiveMaximum, ...rest } = schema
  const changed: Record<string, Json> = { ...rest }
  if (nullable === true && typeof rest.type === 'string') changed.type = [rest.type, 'null']
  else if (nullable !== undefined && typeof nullable !== 'boolean') changed.nullable = nullable
  for (const [flag, word, bound] of [
    [exclusiveMinimum, 'exclusiveMinimum', 'minimum'],
    [exclusiveMaximum, 'exclusiveMaximum', 'maximum'],
  ] as const) {
    if (flag === true && typeof rest[bound] === 'number') {
      changed[word] = rest[bound]
      delete changed[bound]
    } else if (flag !== undefined && typeof flag !== 'boolean') changed[word] = flag
  }
  return changed
}

/**
 * What an absent argument stands for: the schema's default; of a required list, its items' default. Undefined where
 * the document gives none.
 */
export function defaultOf({ references }: Spec, schema: Json | undefined, isRequired: boolean): Json | undefined {
  const found = references.follow(schema)
  const own = member(found, 'default')
  if (own !== undefined) return own
  const ofItems = member(references.follow(member(found, 'items')), 'default')
  return isRequired && ofItems !== undefined ? [ofItems] : undefined
}
