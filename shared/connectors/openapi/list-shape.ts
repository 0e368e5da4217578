import { isObject, type Json, member, textOf } from './json.ts'
import type { Operation, Spec } from './operations.ts'
import { defaultOf } from './schemas.ts'

/** Where in a reply the list is, and what its items have by the document. */
export interface ListShape {
  /** JSON pointer: empty where the reply itself is the list. */
  readonly items: string
  readonly members: readonly Member[]
}

/** A member of the items, as the document tells it. */
export interface Member {
  readonly name: string
  readonly is: 'text' | 'time' | 'number' | 'anything'
}

/** The schema of what the operation answers with as JSON; undefined where it says nothing of it. */
export function replySchema({ references }: Spec, { definition }: Operation): Json | undefined {
  const responses = member(definition, 'responses')
  for (const status of ['200', '2XX', '2xx', '201', '202', '203', 'default']) {
    const response = references.follow(member(responses, status))
    const content = member(response, 'content')
    if (!isObject(content)) continue
    const [, media] = Object.entries(content).find(([type]) => /[/+]json\b|^\*\/\*$/i.test(type)) ?? []
    if (media !== undefined) return member(media, 'schema')
  }
  return undefined
}

/** Whether the operation can be read as a table: a GET that answers with a list, and that needs no argument. */
export function listShapeOf(spec: Spec, operation: Operation): ListShape | undefined {
  if (operation.method !== 'GET') return undefined
  const isBare = operation.parameters.every(
    ({ required, definition }) => !required || defaultOf(spec, member(definition, 'schema'), required) !== undefined,
  )
  return isBare ? shapeOf(spec, operation) : undefined
}

/** The list in what an operation answers with. */
export function shapeOf(spec: Spec, operation: Operation): ListShape | undefined {
  const schema = replySchema(spec, operation)
  const found = schema === undefined ? undefined : findList(spec, schema, 2)
  return found && { items: found.pointer, members: membersOf(spec, found.items) }
}

/** The members of the items at a pointer of the reply, as far as the document tells. */
export function membersAt(spec: Spec, operation: Operation, pointer: string): ListShape['members'] {
  let schema: Json | undefined = replySchema(spec, operation)
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    schema = propertiesOf(spec, schema).find(([key]) => key === name)?.[1]
  }
  const found = spec.references.follow(schema)
  return found === undefined || !isList(found) ? [] : membersOf(spec, member(found, 'items'))
}

const usualNames = ['items', 'data', 'results', 'result', 'records', 'value', 'values', 'rows', 'entries', 'list']

interface FoundList {
  readonly pointer: string
  readonly items: Json | undefined
}

function findList(spec: Spec, schema: Json, levels: number): FoundList | undefined {
  const found = spec.references.follow(schema)
  if (found === undefined) return undefined
  if (isList(found)) return { pointer: '', items: member(found, 'items') }
  if (levels === 0) return undefined
  const below = propertiesOf(spec, found).flatMap(([name, property]) => {
    const list = findList(spec, property, levels - 1)
    return list ? [{ name, pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}${list.pointer}`, list }] : []
  })
  const direct = below.filter(({ list }) => list.pointer === '')
  const usual = usualNames.flatMap((name) => below.find((one) => one.name === name) ?? [])[0]
  const only = direct.length === 1 ? direct[0] : direct.length === 0 && below.length === 1 ? below[0] : undefined
  const chosen = usual ?? only
  return chosen && { pointer: chosen.pointer, items: chosen.list.items }
}

const isList = (schema: Json): boolean => {
  const type = member(schema, 'type')
  return type === 'array' || (Array.isArray(type) && type.includes('array')) || isObject(member(schema, 'items'))
}

/** The properties of a schema and of all that it is made of (`allOf`); a circle is walked once. */
export function propertiesOf(spec: Spec, schema: Json | undefined, seen = new Set<Json>()): [string, Json][] {
  const found = spec.references.follow(schema)
  if (!isObject(found) || seen.has(found)) return []
  seen.add(found)
  const parts = Array.isArray(found.allOf) ? (found.allOf as readonly Json[]) : []
  const inherited = parts.flatMap((part) => propertiesOf(spec, part, seen))
  const own = isObject(found.properties) ? Object.entries(found.properties) : []
  return [...new Map([...inherited, ...own])]
}

const membersOf = (spec: Spec, items: Json | undefined): Member[] =>
  propertiesOf(spec, items).map(([name, property]) => {
    const schema = spec.references.follow(property)
    const type = textOf(schema, 'type')
    if (type === 'number') return { name, is: 'number' }
    if (type !== 'string') return { name, is: 'anything' }
    return { name, is: /^date(-time)?$/.test(textOf(schema, 'format') ?? '') ? 'time' : 'text' }
  })
