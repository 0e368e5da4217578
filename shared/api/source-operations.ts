import * as z from 'zod'
import { operation, page, paging } from './operation.ts'
import { opening, source } from './source-parts.ts'

const one = {
  ...source,
  operationId: z
    .string()
    .min(1)
    .max(300)
    .meta({ description: 'As the list of operations gives it.', examples: ['findPetsByStatus'] }),
}

const JsonSchema = z.record(z.string(), z.unknown())

const info = {
  operationId: z.string().meta({ description: 'Names it in its source; made of method and path where it has none.' }),
  tag: z.string().meta({ description: 'The first of its tags; `default` where it has none.' }),
  tags: z.array(z.string()),
  method: z.string().meta({ description: 'In upper case. GET and HEAD may be called by every reader.' }),
  path: z.string(),
  summary: z.string(),
  deprecated: z.boolean(),
}

const SourceOperation = z.object(info).meta({ id: 'SourceOperation' })

export const listSourceOperations = operation({
  method: 'GET',
  path: '/v1/sources/{source}/operations',
  tag: 'Sources',
  summary: 'List the operations of a source',
  role: 'viewer',
  needs: { sources: 'open' },
  params: z.strictObject(source),
  query: z.strictObject({
    ...paging,
    tag: z.string().max(300).optional().meta({ description: 'Only operations with this tag.' }),
    search: z.string().max(200).optional().meta({ description: 'Text in the id, the path or the summary.' }),
  }),
  reply: page(SourceOperation),
  faults: [...opening, 'too-large', 'source-changed'],
})

export const describeSourceOperation = operation({
  method: 'GET',
  path: '/v1/sources/{source}/operations/{operationId+}',
  tag: 'Sources',
  summary: 'Describe an operation of a source: its parameters and its body as JSON Schemas',
  role: 'viewer',
  needs: { sources: 'open' },
  params: z.strictObject(one),
  reply: z
    .object({
      ...info,
      description: z.string(),
      parameters: z.array(
        z.object({
          name: z.string().meta({ description: 'The key of `parameters` in a call.' }),
          in: z.enum(['path', 'query', 'header', 'cookie']),
          required: z.boolean().meta({ description: 'Whether a call fails without it; with a default none does.' }),
          deprecated: z.boolean(),
          description: z.string(),
          schema: JsonSchema,
        }),
      ),
      body: z.object({ required: z.boolean(), contentType: z.string(), schema: JsonSchema }).nullable(),
      reply: JsonSchema.nullable().meta({ description: 'What a successful answer holds, where the source tells.' }),
    })
    .meta({ id: 'SourceOperationDescription' }),
  faults: [...opening, 'too-large', 'source-changed'],
})

export const callSourceOperation = operation({
  method: 'POST',
  path: '/v1/sources/{source}/operations/{operationId+}',
  tag: 'Sources',
  summary: 'Call an operation of a source; other than GET and HEAD it takes an editor',
  role: 'viewer',
  needs: { sources: 'open' },
  params: z.strictObject(one),
  body: z
    .strictObject({
      parameters: z
        .record(z.string(), z.unknown())
        .default({})
        .meta({ description: 'Arguments by name. Where one is absent, the default of the source counts.' }),
      body: z.unknown().optional().meta({ description: 'What the operation takes as its body.' }),
    })
    .meta({ id: 'SourceCall' }),
  reply: z
    .object({
      status: z.int().meta({ description: '200 to 299: what is no success is a problem.' }),
      headers: z.record(z.string(), z.string()),
      body: z.unknown().meta({ description: 'A JSON value, a text, or bytes as base64; null where there is none.' }),
    })
    .meta({ id: 'SourceReply' }),
  faults: [...opening, 'forbidden', 'too-large', 'source-changed'],
})
