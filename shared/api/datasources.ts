import * as z from 'zod'
import { checkStatuses, Stage } from '../domain/check.ts'
import { Name, NameOrUid, Title } from '../domain/connector.ts'
import { Compression, DatasourceRecord, DriftPolicy, FileFormat, Strategy } from '../domain/datasource.ts'
import { Retention } from '../domain/retention.ts'
import { operation, page, paging } from './operation.ts'
import { Column, Format, Rows } from './rows.ts'

const params = z.strictObject({ name: NameOrUid })

const Datasource = DatasourceRecord.meta({ id: 'Datasource' })

const Selection = z.record(z.string(), z.unknown()).meta({
  description: 'As the `selection` schema of the connector’s kind says.',
  examples: [{ table: 'experiments' }],
})

const PartFormat = FileFormat.meta({ description: 'What the parts of a snapshot are.' })

const PartCompression = Compression.meta({
  description: 'How CSV and NDJSON parts are packed. Parquet packs its columns by itself: `none`.',
})

const Drift = DriftPolicy.meta({
  description: 'When the columns change: `evolve` publishes the new ones, `freeze` fails, `pause` fails and pauses it.',
})

const SkipUnchanged = z.boolean().meta({
  description:
    'Ask the source for a fingerprint first, and skip the snapshot where nothing changed. Of a table the database reads every row for it, and sends none.',
})

const ReuseUnchanged = z.boolean().meta({
  description: 'The same, but where nothing changed the version is one of the parts of the version before.',
})

const Priority = z.int().min(-100).max(100).meta({
  description:
    'Where snapshots wait for the connections of a connector, those of the higher priority come first; a negative one waits for all others.',
})

const Paused = z.boolean().meta({ description: 'A paused one is not copied by its schedule, only by hand.' })

const Connector = NameOrUid.meta({ description: 'The connector, by name or uid.' })

/** How reading the source itself may fail. */
const reading = [
  'not-found',
  'not-offered',
  'address-not-allowed',
  'conflict',
  'source-refused',
  'source-unreachable',
  'source-failed',
  'source-timeout',
  'source-changed',
  'value-not-representable',
  'too-large',
] as const

export const listDatasources = operation({
  method: 'GET',
  path: '/v1/datasources',
  tag: 'Datasources',
  summary: 'List the datasources',
  role: 'editor',
  needs: { catalog: 'read' },
  query: z.strictObject({
    ...paging,
    connector: Name.optional().meta({ description: 'Only those of the connector of that name.' }),
    search: z.string().max(200).optional().meta({ description: 'Text in the name or the title.' }),
  }),
  reply: page(Datasource),
  faults: [],
})

export const createDatasource = operation({
  method: 'POST',
  path: '/v1/datasources',
  tag: 'Datasources',
  summary: 'Create a datasource: exactly what a snapshot copies',
  role: 'editor',
  needs: { catalog: 'write', sources: 'know' },
  body: z
    .strictObject({
      name: Name,
      title: Title.optional(),
      connector: Connector,
      selection: Selection,
      format: PartFormat.default('parquet'),
      compression: PartCompression.default('none'),
      strategy: Strategy.default('full'),
      drift: Drift.default('evolve'),
      skipUnchanged: SkipUnchanged.default(false),
      reuseUnchanged: ReuseUnchanged.default(false),
      priority: Priority.default(0),
      retention: Retention.nullable().default(null),
    })
    .meta({ id: 'NewDatasource' }),
  status: 201,
  reply: Datasource,
  idempotent: true,
  faults: ['conflict'],
})

export const getDatasource = operation({
  method: 'GET',
  path: '/v1/datasources/{name}',
  tag: 'Datasources',
  summary: 'Get one datasource',
  role: 'editor',
  needs: { catalog: 'read' },
  params,
  reply: Datasource,
  faults: ['not-found'],
})

export const updateDatasource = operation({
  method: 'PUT',
  path: '/v1/datasources/{name}',
  tag: 'Datasources',
  summary: 'Change a datasource; its versions stay as they are',
  role: 'editor',
  needs: { catalog: 'write', sources: 'know' },
  params,
  body: z
    .strictObject({
      name: Name.optional().meta({ description: 'May be sent back as it was; it does not change.' }),
      title: Title.optional(),
      connector: Connector.optional(),
      selection: Selection.optional(),
      format: PartFormat.optional(),
      compression: PartCompression.optional(),
      strategy: Strategy.optional(),
      drift: Drift.optional(),
      paused: Paused.optional(),
      skipUnchanged: SkipUnchanged.optional(),
      reuseUnchanged: ReuseUnchanged.optional(),
      priority: Priority.optional(),
      retention: Retention.nullable().optional(),
    })
    .meta({ id: 'DatasourceChange' }),
  reply: Datasource,
  precondition: true,
  faults: ['not-found', 'precondition-failed'],
})

export const deleteDatasource = operation({
  method: 'DELETE',
  path: '/v1/datasources/{name}',
  tag: 'Datasources',
  summary: 'Delete a datasource; its dataset stays',
  role: 'editor',
  needs: { catalog: 'write' },
  params,
  status: 204,
  reply: z.undefined(),
  precondition: true,
  faults: ['not-found', 'precondition-failed', 'conflict'],
})

export const checkDatasource = operation({
  method: 'POST',
  path: '/v1/datasources/{name}/checks',
  tag: 'Datasources',
  summary: 'Check whether a datasource can be read, stage by stage',
  role: 'editor',
  needs: { catalog: 'read', sources: 'open' },
  params,
  body: z
    .strictObject({
      timeoutMs: z
        .int()
        .min(100)
        .max(25_000)
        .default(10_000)
        .meta({ description: 'How long it may take, milliseconds.' }),
    })
    .default({ timeoutMs: 10_000 }),
  reply: z
    .object({
      ok: z.boolean().meta({ description: 'Whether a snapshot could read it now.' }),
      status: z.enum(checkStatuses).meta({ description: 'Of the connection alone.' }),
      stages: z.array(Stage).meta({ description: 'Those of the connection, then `sample`: reading the selection.' }),
      warnings: z.array(z.string()),
      columns: z.array(Column).nullable().meta({ description: 'Null where it cannot be read, and for files.' }),
    })
    .meta({ id: 'DatasourceCheck' }),
  faults: ['not-found', 'conflict'],
})

export const previewDatasource = operation({
  method: 'GET',
  path: '/v1/datasources/{name}/rows',
  tag: 'Datasources',
  summary: 'Read the first rows of exactly what a snapshot would copy now',
  role: 'editor',
  needs: { catalog: 'read', sources: 'open' },
  params,
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(10_000).default(100),
    format: Format,
  }),
  reply: Rows,
  answers: 'rows',
  faults: [...reading, 'not-acceptable'],
})
