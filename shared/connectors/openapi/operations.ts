import type { OperationInfo } from '../../domain/source-operations.ts'
import { entriesOf, isObject, type Json, type JsonObject, listOf, member, textOf } from './json.ts'
import { followAll, type References, referencesIn, refuseForeignReferences } from './references.ts'

export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const

export const places = ['path', 'query', 'header', 'cookie'] as const
export type Place = (typeof places)[number]

/** A parameter of an operation as the document has it, its references followed. */
export interface Parameter {
  /** The argument that gives it: its name, or `place:name` where another parameter has that name already. */
  readonly argument: string
  readonly name: string
  readonly in: Place
  readonly required: boolean
  readonly definition: JsonObject
}

export interface Operation extends OperationInfo {
  readonly description: string
  readonly parameters: readonly Parameter[]
  readonly body: JsonObject | undefined
  readonly definition: JsonObject
  /** The nearest `servers` to it: its own, its path's, or the document's. */
  readonly servers: readonly Json[]
}

/** A document ready for use. */
export interface Spec {
  readonly document: JsonObject
  readonly references: References
  /** By id, in the order of the document. */
  readonly operations: ReadonlyMap<string, Operation>
  /** OpenAPI 3.0, whose schemas are not quite JSON Schema. */
  readonly isOld: boolean
}

/** Reads the operations of a document. Faults: those of a document that refers to others. */
export function readSpec(document: JsonObject): Spec {
  refuseForeignReferences(document)
  const references = referencesIn(document)
  const operations = new Map<string, Operation>()
  for (const [path, item] of entriesOf(member(document, 'paths'))) {
    const pathItem = references.follow(item)
    if (!path.startsWith('/') || !isObject(pathItem)) continue
    for (const method of methods) {
      const definition = references.follow(member(pathItem, method))
      if (!isObject(definition)) continue
      const id = freeId(textOf(definition, 'operationId') || derivedId(method, path), method, path, operations)
      operations.set(id, readOperation(id, { method, path, pathItem, definition, document, references }))
    }
  }
  return { document, references, operations, isOld: textOf(document, 'openapi')!.startsWith('3.0') }
}

interface Found {
  readonly method: string
  readonly path: string
  readonly pathItem: JsonObject
  readonly definition: JsonObject
  readonly document: JsonObject
  readonly references: References
}

function readOperation(id: string, found: Found): Operation {
  const { method, path, pathItem, definition, document, references } = found
  const tags = listOf(definition, 'tags').filter((tag) => typeof tag === 'string')
  const body = references.follow(member(definition, 'requestBody'))
  const servers = [definition, pathItem, document].map((of) => listOf(of, 'servers')).find(({ length }) => length > 0)
  return {
    id,
    tag: tags[0] ?? 'default',
    tags: tags.length === 0 ? ['default'] : tags,
    method: method.toUpperCase(),
    path,
    summary: textOf(definition, 'summary') ?? textOf(pathItem, 'summary') ?? '',
    description: textOf(definition, 'description') ?? textOf(pathItem, 'description') ?? '',
    deprecated: member(definition, 'deprecated') === true,
    parameters: readParameters(
      [...followAll(references, pathItem, 'parameters'), ...followAll(references, definition, 'parameters')],
      path,
    ),
    body: isObject(body) ? body : undefined,
    definition,
    servers: servers ?? [],
  }
}

/** The parameters of the operation win over those of its path. What the path names and nobody declares is a text. */
function readParameters(definitions: readonly Json[], path: string): Parameter[] {
  const found = new Map<string, Omit<Parameter, 'argument'>>()
  for (const definition of definitions) {
    const name = textOf(definition, 'name')
    const place = places.find((place) => place === textOf(definition, 'in'))
    if (name === undefined || place === undefined || !isObject(definition)) continue
    if (place === 'path' && !path.includes(`{${name}}`)) continue
    // Of these the media types and the credential decide.
    if (place === 'header' && /^(accept|content-type|authorization)$/i.test(name)) continue
    const required = place === 'path' || member(definition, 'required') === true
    found.set(`${place}:${name}`, { name, in: place, required, definition })
  }
  for (const [, name] of path.matchAll(/\{([^{}]+)\}/g))
    if (!found.has(`path:${name}`))
      found.set(`path:${name}`, {
        name: name!,
        in: 'path',
        required: true,
        definition: { schema: { type: 'string' } },
      })
  const names = new Set<string>()
  return [...found.entries()]
    .toSorted(([, a], [, b]) => places.indexOf(a.in) - places.indexOf(b.in))
    .map(([key, parameter]) => {
      const argument = names.has(parameter.name) ? key : parameter.name
      names.add(argument)
      return { argument, ...parameter }
    })
}

/** `get` and `/pets/{petId}/photos` make `getPetsByPetIdPhotos`. */
export const derivedId = (method: string, path: string): string =>
  [method, ...path.replace(/\{([^{}]*)\}/g, '/by/$1').split(/[^\p{L}\p{N}]+/u)]
    .filter((word) => word !== '')
    .map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1)))
    .join('')

/** An id that no other operation has: documents repeat theirs. */
function freeId(wanted: string, method: string, path: string, taken: ReadonlyMap<string, unknown>): string {
  if (!taken.has(wanted)) return wanted
  const derived = derivedId(method, path)
  if (!taken.has(derived)) return derived
  for (let n = 2; ; n++) if (!taken.has(`${derived}${n}`)) return `${derived}${n}`
}
