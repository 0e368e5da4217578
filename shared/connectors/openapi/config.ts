import * as z from 'zod'
import { Auth, HttpUrl } from '../web/auth.ts'

/** A pasted document is kept with the connector, in a store that holds no more. */
const longestPaste = 300_000

export const Config = z
  .strictObject({
    specUrl: HttpUrl.optional().meta({
      title: 'URL of the OpenAPI document',
      examples: ['https://petstore3.swagger.io/api/v3/openapi.json'],
    }),
    spec: z
      .string()
      .min(1)
      .refine((text) => Buffer.byteLength(text) <= longestPaste, `must be at most ${longestPaste} bytes: give its URL`)
      .optional()
      .meta({ title: 'OpenAPI document', description: 'JSON or YAML, instead of a URL.', format: 'textarea' }),
    baseUrl: HttpUrl.optional().meta({
      title: 'Base URL',
      description: 'Where the API is. When absent: the first of the document’s `servers`.',
    }),
    origin: z
      .string()
      .regex(/^https?:\/\/[^/?#@\s]+$/, 'must be a scheme, a host and perhaps a port')
      .optional()
      .meta({
        title: 'Origin',
        description: 'Where calls go and nowhere else. When absent: that of the base URL, fixed when this is saved.',
      }),
    auth: Auth,
  })
  .refine(({ specUrl, spec }) => (specUrl === undefined) !== (spec === undefined), {
    path: ['specUrl'],
    message: 'must be given, or else `spec`, and not both',
  })
export type Config = z.output<typeof Config>

const pointer = z
  .string()
  .max(1000)
  .regex(/^(\/.*)?$/, 'must be a JSON pointer: empty, or beginning with /')
const argument = z.string().min(1).max(300)

export const Pagination = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('none') }).meta({ title: 'One reply is all' }),
    z.strictObject({ type: z.literal('link') }).meta({ title: 'Link header' }),
    z
      .strictObject({ type: z.literal('next'), pointer: pointer.meta({ title: 'Pointer', examples: ['/links/next'] }) })
      .meta({ title: 'URL in the reply' }),
    z
      .strictObject({
        type: z.literal('cursor'),
        pointer: pointer.meta({ title: 'Pointer', examples: ['/next_cursor'] }),
        parameter: argument.meta({ title: 'Parameter', examples: ['cursor'] }),
      })
      .meta({ title: 'Cursor in the reply' }),
    z
      .strictObject({
        type: z.literal('page'),
        parameter: argument.meta({ title: 'Parameter', examples: ['page'] }),
        first: z.int().min(0).max(1).default(1).meta({ title: 'First page' }),
      })
      .meta({ title: 'Page number' }),
    z
      .strictObject({
        type: z.literal('offset'),
        parameter: argument.meta({ title: 'Parameter', examples: ['offset'] }),
      })
      .meta({ title: 'Offset' }),
  ])
  .meta({
    title: 'Pages',
    description: 'How to come to the next page. When absent: as the reply and the document say.',
  })
export type Pagination = z.output<typeof Pagination>

const columnTypes = /^(bool|int64|float64|utf8|json|date|timestamp|timestamptz|decimal\(\d{1,2},\d{1,2}\))$/

export const Selection = z.strictObject({
  operation: z.string().min(1).max(300).meta({ title: 'Operation', description: 'The operationId of a GET or POST.' }),
  parameters: z.record(argument, z.unknown()).optional().meta({ title: 'Parameters' }),
  body: z.unknown().optional().meta({ title: 'Body' }),
  items: pointer
    .optional()
    .meta({ title: 'Items', description: 'JSON pointer to the list in the reply. When absent: as the document says.' }),
  pagination: Pagination.optional(),
  schema: z
    .record(z.string().min(1), z.string().regex(columnTypes, 'must be a type like int64, decimal(10,2) or utf8'))
    .optional()
    .meta({ title: 'Types', description: 'Types of columns by name, instead of what their values look like.' }),
})
export type Selection = z.output<typeof Selection>
