import * as z from 'zod'
import { StoredObject } from '../domain/stored-object.ts'
import { fileWindow } from './file-window.ts'
import { operation, paging } from './operation.ts'

/** The path of an object: `user/<name>`, `pipelines/<id>/<name>` or `pipelines/current/<name>`. */
const ObjectPath = z
  .string()
  .min(1)
  .max(2048)
  .meta({
    description: '`user/<name>`, `pipelines/<id>/<name>` or `pipelines/current/<name>`; slashes raw or as `%2F`.',
    examples: ['user/reports/2026.csv'],
  })

const params = z.strictObject({ path: ObjectPath })

const facts = {
  size: z.int().nullable().meta({ description: 'Bytes; null of a folder.' }),
  modified: z.string().nullable().meta({ description: 'ISO 8601, UTC; null of a folder.' }),
  etag: z.string().nullable().meta({ description: 'Changes with the content, as the header `ETag` has it in quotes.' }),
}

const Item = z
  .object({
    name: z.string().meta({ description: 'From the root of the scope; a folder’s ends with `/`.' }),
    isFolder: z.boolean(),
    ...facts,
  })
  .meta({ id: 'ObjectItem' })

const listing = z.strictObject({
  ...paging,
  prefix: z.string().max(1024).default('').meta({ description: 'Only names that begin with it.' }),
  delimiter: z
    .literal('/')
    .optional()
    .meta({ description: 'With it, one level: folders and objects. Without, all depths.' }),
})

const Items = z.object({ items: z.array(Item), next: z.string().nullable() }).meta({ id: 'ObjectItems' })

const bytesFaults = ['not-found', 'pipeline-required', 'range-not-satisfiable', 'precondition-failed'] as const

/** Of the rows in a file. */
const rowsFaults = [
  'not-offered',
  'not-acceptable',
  'source-failed',
  'source-changed',
  'value-not-representable',
  'too-large',
] as const

export const listUserObjects = operation({
  method: 'GET',
  path: '/v1/objects/user',
  tag: 'Objects',
  summary: 'List your objects, in byte order of their names',
  role: 'editor',
  needs: { objects: 'readOwn' },
  query: listing,
  reply: Items,
  faults: [],
})

export const listPipelineObjects = operation({
  method: 'GET',
  path: '/v1/objects/pipelines/{id}',
  tag: 'Objects',
  summary: 'List the objects of a pipeline, in byte order of their names',
  role: 'editor',
  needs: { catalog: 'read', objects: 'readOwn' },
  params: z.strictObject({ id: z.string().min(1).max(63) }),
  query: listing,
  reply: Items,
  faults: ['not-found', 'pipeline-required'],
})

export const readObject = operation({
  method: 'GET',
  path: '/v1/objects/{path+}',
  tag: 'Objects',
  summary: 'Read an object, a range of it or the rows in it, or get a link to it or the list of its older versions',
  role: 'editor',
  needs: { catalog: 'read', objects: 'readOwn' },
  params,
  query: z.strictObject({
    begin: z.coerce.number().int().optional().meta({ description: 'The first byte that is wanted; default 0.' }),
    end: z.coerce.number().int().optional().meta({
      description: 'The first byte that is not wanted any more; past the end, the end. `begin=end` gives no bytes.',
    }),
    link: z.stringbool().optional().meta({ description: 'Gives `{ url, expires }` in place of the bytes.' }),
    seconds: z.coerce
      .number()
      .int()
      .min(1)
      .max(3600)
      .default(300)
      .meta({ description: 'How long a link is good for.' }),
    versions: z.stringbool().optional().meta({ description: 'Gives `{ items }`: the older versions that are kept.' }),
    version: z.string().max(64).optional().meta({ description: 'The id of an older version, to read that one.' }),
    ...fileWindow,
  }),
  reply: z.union([
    z.object({ url: z.string(), expires: z.string() }),
    z.object({
      items: z.array(z.object({ version: z.string(), size: z.int(), modified: z.string(), etag: z.string() })),
    }),
  ]),
  answers: 'bytes',
  faults: [...bytesFaults, ...rowsFaults],
})

export const headObject = operation({
  method: 'HEAD',
  path: '/v1/objects/{path+}',
  tag: 'Objects',
  summary: 'Whether an object exists, its size, ETag and time',
  role: 'editor',
  needs: { catalog: 'read', objects: 'readOwn' },
  params,
  reply: z.undefined(),
  answers: 'bytes',
  faults: bytesFaults,
})

export const putObject = operation({
  method: 'PUT',
  path: '/v1/objects/{path+}',
  tag: 'Objects',
  summary: 'Put an object, whole or not at all',
  role: 'editor',
  needs: { catalog: 'read', objects: 'writeOwn' },
  params,
  query: z.strictObject({
    keepOlder: z.stringbool().default(false).meta({
      description: 'Keeps the version that is replaced. Without it, the older ones go.',
    }),
  }),
  takes: 'bytes',
  reply: StoredObject,
  faults: ['not-found', 'pipeline-required', 'precondition-failed', 'conflict', 'too-large'],
})

export const deleteObject = operation({
  method: 'DELETE',
  path: '/v1/objects/{path+}',
  tag: 'Objects',
  summary: 'Delete an object with its older versions, or a folder; what is not there is fine',
  role: 'editor',
  needs: { catalog: 'read', objects: 'writeOwn' },
  params,
  query: z.strictObject({
    recursive: z.stringbool().default(false).meta({ description: 'The name itself, and everything below `name/`.' }),
  }),
  status: 204,
  reply: z.undefined(),
  faults: ['not-found', 'pipeline-required', 'precondition-failed'],
})

export const copyObjects = operation({
  method: 'POST',
  path: '/v1/copies',
  tag: 'Objects',
  summary: 'Copy or move an object, or a folder',
  role: 'editor',
  needs: { catalog: 'read', objects: 'writeOwn' },
  body: z.strictObject({
    from: ObjectPath,
    to: ObjectPath,
    move: z.boolean().default(false).meta({ description: 'Deletes what was copied.' }),
    recursive: z.boolean().default(false).meta({ description: 'Everything below `from/` goes below `to/`.' }),
    replace: z
      .boolean()
      .default(true)
      .meta({ description: 'False: what is there already is the fault precondition-failed.' }),
  }),
  reply: z.object({ objects: z.int().meta({ description: 'How many were copied.' }) }),
  faults: ['not-found', 'pipeline-required', 'precondition-failed', 'conflict'],
})
