import * as z from 'zod'
import { type FaultCode, faults } from '../domain/faults.ts'
import type { Operation } from './operation.ts'
import { Problem } from './problem.ts'

type Json = Record<string, unknown>

/** Faults that any operation may answer with; rows need not name them. */
const common: readonly FaultCode[] = ['invalid-request', 'busy', 'internal']

const rowTypes = [
  'application/x-ndjson',
  'text/csv',
  'application/vnd.apache.arrow.stream',
  'application/vnd.apache.parquet',
]

/** The OpenAPI 3.1 document of a set of operations. A pure function: the same operations give the same document. */
export function openapi(operations: Readonly<Record<string, Operation>>, version: string): Json {
  const schemas: Json = {}
  const json = (schema: z.ZodType, io: 'input' | 'output'): Json => hoist(toJson(schema, io), schemas)
  const problem = json(Problem, 'output')
  const paths: Record<string, Json> = {}
  const inOrder = Object.entries(operations).sort(([, a], [, b]) => (sortKey(a) < sortKey(b) ? -1 : 1))
  for (const [id, op] of inOrder) {
    const path = op.path.replaceAll('+}', '}')
    paths[path] ??= {}
    paths[path][op.method.toLowerCase()] = {
      operationId: id,
      tags: [op.tag],
      summary: op.summary,
      ...(op.role === 'anyone' && { security: [] }),
      'x-role': op.role,
      ...(op.role !== 'anyone' && { 'x-scope': op.scope }),
      parameters: parametersOf(op, json),
      ...bodyOf(op, json),
      responses: { ...successOf(op, json), ...failuresOf(op, problem) },
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Headgate',
      version,
      description: 'One place for a team’s data sources. Every failure is `application/problem+json` with a `code`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: [...new Set(inOrder.map(([, op]) => op.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'A token: `hg_pat_…`' } },
    },
  }
}

const sortKey = ({ path, method }: Operation) => `${path} ${method}`

type ToJson = (schema: z.ZodType, io: 'input' | 'output') => Json

function parametersOf(op: Operation, json: ToJson): Json[] {
  const parameters: Json[] = []
  for (const place of ['params', 'query'] as const) {
    const whole = json(op[place], 'input') as { properties?: Record<string, Json>; required?: string[] }
    for (const [name, { description, ...schema }] of Object.entries(whole.properties ?? {}))
      parameters.push({
        name,
        in: place === 'params' ? 'path' : 'query',
        required: place === 'params' || (whole.required ?? []).includes(name),
        ...(description !== undefined && { description }),
        schema,
      })
  }
  const header = (name: string, required: boolean, description: string) =>
    parameters.push({ name, in: 'header', required, description, schema: { type: 'string' } })
  if (op.precondition) header('If-Match', true, 'The ETag of the version that is changed, or `*`.')
  if (op.takes === 'bytes') {
    header('If-Match', false, 'An ETag: only that version is replaced.')
    header('If-None-Match', false, '`*`: nothing is replaced.')
  }
  if (op.answers === 'bytes') {
    header('Range', false, 'The bytes that are wanted: `bytes=0-99`, `bytes=100-`, `bytes=-100`.')
    header('If-Range', false, 'An ETag: with another one by now, `Range` is not heeded.')
    header('If-None-Match', false, 'An ETag: with the same one still, the reply is 304 without bytes.')
  }
  if (op.idempotent) header('Idempotency-Key', false, 'The same key again gives the first reply again, for a day.')
  return parameters
}

function bodyOf(op: Operation, json: ToJson): Json {
  if (op.takes === 'bytes') return { requestBody: { required: true, content: { '*/*': {} } } }
  if (op.body.type === 'undefined') return {}
  const required = !op.body.safeParse(undefined).success
  return { requestBody: { required, content: { 'application/json': { schema: json(op.body, 'input') } } } }
}

function successOf(op: Operation, json: ToJson): Json {
  const reply = () => ({ schema: json(op.reply, 'output') })
  const content =
    op.status === 204
      ? undefined
      : op.answers === 'json' || op.answers === 'slow-json'
        ? { 'application/json': reply() }
        : op.answers === 'rows'
          ? { 'application/json': reply(), ...Object.fromEntries(rowTypes.map((type) => [type, {}])) }
          : op.method === 'HEAD'
            ? undefined
            : { 'application/octet-stream': {}, ...(op.reply.type !== 'undefined' && { 'application/json': reply() }) }
  return {
    [op.status]: { description: op.summary, ...(content && { content }) },
    ...(op.answers === 'bytes' && {
      206: { description: 'The range of it', ...(content && { content: { 'application/octet-stream': {} } }) },
      304: { description: 'It has still the ETag that was sent' },
    }),
  }
}

function failuresOf(op: Operation, problem: Json): Json {
  const codes = new Set<FaultCode>([...common, ...op.faults])
  if (op.role !== 'anyone') for (const code of ['unauthenticated', 'forbidden'] as const) codes.add(code)
  if (op.precondition) codes.add('precondition-required')
  const byStatus = Map.groupBy(codes, (code) => faults[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${faults[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: problem } },
      },
    ]),
  )
}

function toJson(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

/** Moves what has an id into the components, under that id, and leaves references. */
function hoist(schema: Json, schemas: Json): Json {
  const { $defs = {}, ...rest } = schema as { $defs?: Record<string, Json>; id?: unknown }
  for (const [id, body] of Object.entries($defs)) keep(id, relink(body) as Json, schemas)
  if (typeof rest.id !== 'string') return relink(rest) as Json
  return { $ref: `#/components/schemas/${keep(rest.id, relink(rest) as Json, schemas)}` }
}

function keep(id: string, body: Json, schemas: Json): string {
  const before = schemas[id]
  if (before !== undefined && JSON.stringify(before) !== JSON.stringify(body))
    throw new TypeError(`Two different schemas have the id ${id}`)
  schemas[id] = body
  return id
}

function relink(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relink)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      if (key === 'id' && typeof inner === 'string' && 'type' in value) return []
      if (key === '$ref' && typeof inner === 'string')
        return [[key, inner.replace('#/$defs/', '#/components/schemas/')]]
      return [[key, relink(inner)]]
    }),
  )
}
