import type {
  OperationDescription,
  OperationInfo,
  OperationReply,
  SourceOperations,
} from '../../domain/source-operations.ts'
import { whileWanted } from '../files/ended.ts'
import { parseExactly, readBytes } from '../web/read-reply.ts'
import type { Api } from './api.ts'
import { mediaTypeOf } from './body.ts'
import { type Json, member, textOf } from './json.ts'
import { replySchema } from './list-shape.ts'
import type { Operation, Spec } from './operations.ts'
import { defaultOf, standaloneSchema } from './schemas.ts'

/** What a reply may weigh: a Lambda answers with no more. */
const replyBytes = 4_500_000

export function operationsOf(api: Api): SourceOperations {
  return {
    async list() {
      const { spec } = await api.spec()
      return [...spec.operations.values()].map(infoOf)
    },
    async describe(id) {
      const loaded = await api.spec()
      return describe(loaded.spec, api.find(loaded, id))
    },
    async call(id, given) {
      const loaded = await api.spec()
      const response = await api.ask(loaded, api.find(loaded, id), given)
      return whileWanted(api.signal, readReply(response, api.mask))
    },
  }
}

const infoOf = ({ id, tag, tags, method, path, summary, deprecated }: Operation): OperationInfo => ({
  id,
  tag,
  tags,
  method,
  path,
  summary,
  deprecated,
})

function describe(spec: Spec, operation: Operation): OperationDescription {
  const media = mediaTypeOf(operation)
  const reply = replySchema(spec, operation)
  return {
    ...infoOf(operation),
    description: operation.description,
    parameters: operation.parameters.map(({ argument, in: place, required, definition }) => {
      const schema = schemaOf(definition)
      return {
        name: argument,
        in: place,
        required: required && defaultOf(spec, schema, required) === undefined,
        deprecated: member(definition, 'deprecated') === true,
        description: textOf(definition, 'description') ?? '',
        schema: standaloneSchema(spec, schema),
      }
    }),
    body: media
      ? {
          required: member(operation.body, 'required') === true,
          contentType: media[0],
          schema: standaloneSchema(spec, member(media[1], 'schema')),
        }
      : null,
    reply: reply === undefined ? null : standaloneSchema(spec, reply),
  }
}

/** The schema of a parameter, also of one that is a text of some media type. */
function schemaOf(definition: Json): Json | undefined {
  const [media] = Object.values(member(definition, 'content') ?? {}) as Json[]
  return member(definition, 'schema') ?? member(media, 'schema')
}

/** What of a reply's headers is the API's to tell: not the connection's, and no session of ours. */
const hidden =
  /^(set-cookie2?|connection|keep-alive|transfer-encoding|upgrade|trailer|proxy-.*|www-authenticate|authorization)$/

async function readReply(response: Response, mask: Api['mask']): Promise<OperationReply> {
  const { status } = response
  const headers = Object.fromEntries(
    [...response.headers].filter(([name]) => !hidden.test(name)).map(([name, value]) => [name, mask(value)]),
  )
  const type = response.headers.get('content-type') ?? ''
  const bytes = await readBytes(response, replyBytes)
  const isText = /^text\/|[/+](json|xml|yaml|x-yaml|x-ndjson|javascript)\b|x-www-form-urlencoded/i.test(type)
  if (bytes.length === 0) return { status, headers, body: null }
  if (!isText) return { status, headers, body: bytes.toString('base64') }
  const text = mask(bytes.toString('utf8'))
  return { status, headers, body: /[/+]json\b/i.test(type) ? parseExactly(text) : text }
}
