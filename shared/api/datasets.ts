import * as z from 'zod'
import { NameOrUid } from '../domain/connector.ts'
import { keepingReasons, Retention } from '../domain/retention.ts'
import { SchemaChange } from '../domain/schema-change.ts'
import { DatasetRecord, Manifest, Origin, Shape, VersionRecord } from '../domain/snapshot.ts'
import { operation, page, paging } from './operation.ts'
import { Format, Rows, window } from './rows.ts'
import { versions, which } from './which-version.ts'

const dataset = { name: NameOrUid }
const params = z.strictObject(dataset)
const versionParams = z.strictObject({ ...dataset, version: z.coerce.number().int().min(1) })

const Dataset = DatasetRecord.meta({ id: 'Dataset' })

const File = z
  .object({
    name: z.string(),
    path: z.string().nullable().meta({ description: 'Of a copied file: where it was at the source.' }),
    rows: z.int(),
    bytes: z.int(),
    sha256: z.string(),
    url: z.string().meta({ description: 'Gives the bytes to who holds it, without a token.' }),
    expires: z.string().meta({ description: 'When the address ends, ISO 8601.' }),
  })
  .meta({ id: 'File' })

export const listDatasets = operation({
  method: 'GET',
  path: '/v1/datasets',
  tag: 'Datasets',
  summary: 'List the datasets',
  role: 'viewer',
  needs: { catalog: 'read' },
  query: z.strictObject({
    ...paging,
    search: z.string().max(200).optional().meta({ description: 'Text in the name or the title.' }),
    origin: Origin.optional().meta({ description: 'Only those that come from there.' }),
  }),
  reply: page(Dataset),
  faults: [],
})

export const getDataset = operation({
  method: 'GET',
  path: '/v1/datasets/{name}',
  tag: 'Datasets',
  summary: 'Get one dataset and the version that is read',
  role: 'viewer',
  needs: { catalog: 'read' },
  params,
  reply: DatasetRecord.extend({
    current: VersionRecord.nullable().meta({ description: 'Null once every version is deleted.' }),
  }).meta({ id: 'DatasetDetail' }),
  faults: ['not-found'],
})

export const deleteDataset = operation({
  method: 'DELETE',
  path: '/v1/datasets/{name}',
  tag: 'Datasets',
  summary: 'Delete a dataset with all its versions; its datasource stays',
  role: 'editor',
  needs: { catalog: 'write', objects: 'write' },
  params,
  status: 204,
  reply: z.undefined(),
  precondition: true,
  faults: ['not-found', 'precondition-failed'],
})

export const listVersions = operation({
  method: 'GET',
  path: '/v1/datasets/{name}/versions',
  tag: 'Datasets',
  summary: 'List the versions of a dataset, the newest first',
  role: 'viewer',
  needs: { catalog: 'read' },
  params,
  query: z.strictObject(paging),
  reply: page(VersionRecord),
  faults: ['not-found'],
})

export const getVersion = operation({
  method: 'GET',
  path: '/v1/datasets/{name}/versions/{version}',
  tag: 'Datasets',
  summary: 'Get the manifest of a version',
  role: 'viewer',
  needs: { catalog: 'read', objects: 'read' },
  params: versionParams,
  reply: Manifest,
  faults: ['not-found'],
})

/** A version never changes, so that deleting it needs no `If-Match`. */
export const deleteVersion = operation({
  method: 'DELETE',
  path: '/v1/datasets/{name}/versions/{version}',
  tag: 'Datasets',
  summary: 'Delete a version; its number is not given again',
  role: 'editor',
  needs: { catalog: 'write', objects: 'write' },
  params: versionParams,
  status: 204,
  reply: z.undefined(),
  faults: ['not-found', 'conflict'],
})

export const diffVersions = operation({
  method: 'GET',
  path: '/v1/datasets/{name}/versions/{version}/diff',
  tag: 'Datasets',
  summary: 'Tell how the columns of a version differ from those of another one',
  role: 'viewer',
  needs: { catalog: 'read', objects: 'read' },
  params: versionParams,
  query: z.strictObject({
    with: z.coerce
      .number()
      .int()
      .min(1)
      .optional()
      .meta({ description: 'The number of the other version; without it, the one before.' }),
  }),
  reply: z
    .object({
      from: z.int().nullable().meta({ description: 'The other version; null where there is none before.' }),
      to: z.int(),
      same: z.boolean(),
      shape: z.object({ from: Shape.nullable(), to: Shape }),
      changes: z.array(SchemaChange).meta({ description: 'What makes the columns of `from` into those of `to`.' }),
    })
    .meta({ id: 'VersionDiff' }),
  faults: ['not-found'],
})

export const previewRetention = operation({
  method: 'GET',
  path: '/v1/datasets/{name}/retention',
  tag: 'Datasets',
  summary: 'Tell which versions a retention lets go; nothing is changed',
  role: 'viewer',
  needs: { catalog: 'read' },
  params,
  query: z.strictObject({
    keepLast: z.coerce.number().int().min(1).max(100_000).optional().meta({
      description: 'Without it and `keepDays`: what the datasource says.',
    }),
    keepDays: z.coerce.number().int().min(1).max(36_500).optional(),
  }),
  reply: z
    .object({
      retention: Retention.nullable().meta({ description: 'What was applied; null keeps everything.' }),
      stays: z.array(z.object({ version: z.int(), because: z.enum(keepingReasons) })),
      goes: z.array(VersionRecord),
      bytes: z.int().meta({ description: 'Of those that go.' }),
    })
    .meta({ id: 'RetentionPreview' }),
  faults: ['not-found'],
})

export const pinVersion = operation({
  method: 'POST',
  path: '/v1/datasets/{name}/pin',
  tag: 'Datasets',
  summary: 'Keep a version whatever the retention says, or do so no more',
  role: 'editor',
  needs: { catalog: 'write' },
  params,
  body: z.strictObject({ version: z.int().min(1), pinned: z.boolean().default(true) }).meta({ id: 'Pin' }),
  reply: VersionRecord,
  faults: ['not-found'],
})

export const readDataset = operation({
  method: 'GET',
  path: '/v1/datasets/{name}/rows',
  tag: 'Datasets',
  summary: 'Read rows of a version, exactly as they were copied',
  role: 'viewer',
  needs: { catalog: 'read', objects: 'read' },
  params,
  query: z.strictObject({
    ...which,
    versions,
    ...window,
  }),
  reply: Rows,
  answers: 'rows',
  faults: [
    'not-found',
    'not-offered',
    'not-acceptable',
    'columns-changed',
    'too-large',
    'source-failed',
    'value-not-representable',
  ],
})

export const readHead = operation({
  method: 'GET',
  path: '/v1/datasets/{name}/head',
  tag: 'Datasets',
  summary: 'Read the columns and the first rows of a version',
  role: 'viewer',
  needs: { catalog: 'read', objects: 'read' },
  params,
  query: z.strictObject({
    ...which,
    limit: z.coerce.number().int().min(1).max(1000).default(20),
    format: Format,
  }),
  reply: Rows,
  answers: 'rows',
  faults: ['not-found', 'not-offered', 'not-acceptable', 'source-failed', 'value-not-representable'],
})

export const listFiles = operation({
  method: 'GET',
  path: '/v1/datasets/{name}/files',
  tag: 'Datasets',
  summary: 'List the files of a version, each with an address that gives its bytes',
  role: 'viewer',
  needs: { catalog: 'read', objects: 'read' },
  params,
  query: z.strictObject({ ...which, ...paging }),
  reply: page(File),
  faults: ['not-found'],
})

export const downloadDataset = operation({
  method: 'GET',
  path: '/v1/datasets/{name}/download',
  tag: 'Datasets',
  summary: 'Download a version as one file',
  role: 'viewer',
  needs: { catalog: 'read', objects: 'read' },
  params,
  query: z.strictObject({
    ...which,
    format: z.enum(['parquet', 'csv', 'ndjson', 'zip']).optional().meta({
      description: 'Without it: the version’s own format, `zip` for files. `zip` holds the files and the manifest.',
    }),
  }),
  reply: z.unknown(),
  answers: 'bytes',
  faults: ['not-found', 'not-offered', 'source-failed', 'value-not-representable'],
})

export const rollBackDataset = operation({
  method: 'POST',
  path: '/v1/datasets/{name}/rollback',
  tag: 'Datasets',
  summary: 'Make another version the one that is read',
  role: 'editor',
  needs: { catalog: 'write' },
  params,
  body: z.strictObject({ version: z.int().min(1) }).meta({ id: 'Rollback' }),
  reply: Dataset,
  faults: ['not-found'],
})

export const verifyDataset = operation({
  method: 'POST',
  path: '/v1/datasets/{name}/verify',
  tag: 'Datasets',
  summary: 'Read a version whole and compare it with its manifest',
  role: 'editor',
  needs: { catalog: 'read', objects: 'read' },
  params,
  body: z
    .strictObject({ version: z.int().min(1).optional() })
    .optional()
    .transform((body) => body ?? {})
    .meta({ id: 'Verification' }),
  reply: z
    .object({
      ok: z.boolean(),
      version: z.int(),
      rows: z.int().meta({ description: 'Found.' }),
      bytes: z.int().meta({ description: 'Found.' }),
      problems: z.array(z.object({ file: z.string(), detail: z.string() })),
    })
    .meta({ id: 'Verified' }),
  answers: 'slow-json',
  faults: ['not-found'],
})
