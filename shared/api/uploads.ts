import * as z from 'zod'
import { StoredObject } from '../domain/stored-object.ts'
import { operation, page, paging } from './operation.ts'

const Upload = z
  .object({
    id: z.string(),
    path: z.string(),
    created: z.string(),
    expires: z.string().meta({ description: 'When it is given up by itself, ISO 8601.' }),
    partBytes: z.int().meta({ description: 'How large parts had best be; all but the last have at least 5 MB.' }),
    maxParts: z.int(),
  })
  .meta({ id: 'Upload' })

const Part = z.object({ number: z.int().min(1).max(10_000), etag: z.string().min(1).max(200) })

const params = z.strictObject({ id: z.string().min(1).max(63) })

export const listUploads = operation({
  method: 'GET',
  path: '/v1/uploads',
  tag: 'Uploads',
  summary: 'List your uploads under way',
  role: 'editor',
  needs: { catalog: 'read' },
  query: z.strictObject(paging),
  reply: page(Upload),
  faults: [],
})

export const createUpload = operation({
  method: 'POST',
  path: '/v1/uploads',
  tag: 'Uploads',
  summary: 'Begin the upload of a large object in parts',
  role: 'editor',
  needs: { catalog: 'write', uploads: 'writeOwn' },
  body: z.strictObject({
    path: z
      .string()
      .min(1)
      .max(2048)
      .meta({ examples: ['user/large.parquet'] }),
    ifAbsent: z.boolean().default(false).meta({ description: 'Replaces nothing.' }),
    keepOlder: z.boolean().default(false).meta({
      description: 'Keeps the version that is replaced. Without it, the older ones go.',
    }),
  }),
  status: 201,
  reply: Upload,
  faults: ['not-found', 'pipeline-required'],
})

export const getUpload = operation({
  method: 'GET',
  path: '/v1/uploads/{id}',
  tag: 'Uploads',
  summary: 'Get an upload with the parts that have arrived, to go on with it',
  role: 'editor',
  needs: { catalog: 'read', uploads: 'writeOwn' },
  params,
  reply: Upload.extend({ parts: z.array(Part.extend({ size: z.int() })) }).meta({ id: 'UploadDetail' }),
  faults: ['not-found'],
})

export const signParts = operation({
  method: 'POST',
  path: '/v1/uploads/{id}/parts',
  tag: 'Uploads',
  summary: 'Get addresses that take parts by PUT, without a token, for five minutes',
  role: 'editor',
  needs: { catalog: 'read', uploads: 'writeOwn' },
  params,
  body: z.strictObject({ numbers: z.array(z.int().min(1).max(10_000)).min(1).max(100) }),
  reply: z.object({ parts: z.array(z.object({ number: z.int(), url: z.string() })), expires: z.string() }),
  faults: ['not-found'],
})

export const completeUpload = operation({
  method: 'POST',
  path: '/v1/uploads/{id}/complete',
  tag: 'Uploads',
  summary: 'Make the object of the parts that have arrived',
  role: 'editor',
  needs: { catalog: 'write', objects: 'writeOwn', uploads: 'writeOwn' },
  params,
  body: z.strictObject({ parts: z.array(Part).min(1).max(10_000) }),
  reply: StoredObject,
  faults: ['not-found', 'precondition-failed'],
})

export const abortUpload = operation({
  method: 'DELETE',
  path: '/v1/uploads/{id}',
  tag: 'Uploads',
  summary: 'Give up an upload',
  role: 'editor',
  needs: { catalog: 'write', uploads: 'writeOwn' },
  params,
  status: 204,
  reply: z.undefined(),
  faults: ['not-found'],
})
