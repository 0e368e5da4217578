import * as z from 'zod'
import { Name, NameOrUid, Title } from '../domain/connector.ts'
import { ExporterRecord, ExportFormat, ExportRecord, ExportState, WriteMode } from '../domain/exporter.ts'
import { operation, page, paging } from './operation.ts'

const Exporter = ExporterRecord.meta({ id: 'Exporter' })

const params = z.strictObject({ name: NameOrUid })

const Connector = NameOrUid.meta({ description: 'The connector, by name or uid. It must allow writing.' })

const Path = z
  .string()
  .min(1)
  .max(900)
  .meta({
    description:
      'Of a bucket or a file server: the file, or with `/` at its end the folder in which the file is named after the dataset.',
    examples: ['outgoing/prices.csv', 'outgoing/'],
  })

const Table = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'Of a database: the table, `schema.name` outside the default schema.', examples: ['prices'] })

const Mode = WriteMode.meta({
  description:
    'Files: `safe` fails where there is one (the default), `replace` takes its place, `timestamp` adds the time to the name. Tables: `replace` or `append`; none is the default.',
})

const Format = ExportFormat.nullable().meta({
  description: 'What a file is written as. Null: what the path ends with says it, or else the dataset.',
})

export const listExporters = operation({
  method: 'GET',
  path: '/v1/exporters',
  tag: 'Exporters',
  summary: 'List the exporters',
  role: 'viewer',
  needs: { catalog: 'read' },
  query: z.strictObject({
    ...paging,
    connector: Name.optional().meta({ description: 'Only those of the connector of that name.' }),
  }),
  reply: page(Exporter),
  faults: [],
})

export const createExporter = operation({
  method: 'POST',
  path: '/v1/exporters',
  tag: 'Exporters',
  summary: 'Create an exporter: a place that datasets are written to',
  role: 'editor',
  needs: { catalog: 'write', sources: 'know' },
  body: z
    .strictObject({
      name: Name,
      title: Title.optional(),
      connector: Connector,
      path: Path.nullable().optional(),
      table: Table.nullable().optional(),
      mode: Mode.optional(),
      format: Format.default(null),
    })
    .meta({ id: 'NewExporter' }),
  status: 201,
  reply: Exporter,
  idempotent: true,
  faults: ['conflict', 'not-offered'],
})

export const getExporter = operation({
  method: 'GET',
  path: '/v1/exporters/{name}',
  tag: 'Exporters',
  summary: 'Get one exporter',
  role: 'viewer',
  needs: { catalog: 'read' },
  params,
  reply: Exporter,
  faults: ['not-found'],
})

export const updateExporter = operation({
  method: 'PUT',
  path: '/v1/exporters/{name}',
  tag: 'Exporters',
  summary: 'Change an exporter; exports that are under way go on as they began',
  role: 'editor',
  needs: { catalog: 'write', sources: 'know' },
  params,
  body: z
    .strictObject({
      name: Name.optional().meta({ description: 'May be sent back as it was; it does not change.' }),
      title: Title.optional(),
      connector: Connector.optional(),
      path: Path.nullable().optional(),
      table: Table.nullable().optional(),
      mode: Mode.optional(),
      format: Format.optional(),
    })
    .meta({ id: 'ExporterChange' }),
  reply: Exporter,
  precondition: true,
  faults: ['not-found', 'not-offered', 'precondition-failed'],
})

export const deleteExporter = operation({
  method: 'DELETE',
  path: '/v1/exporters/{name}',
  tag: 'Exporters',
  summary: 'Delete an exporter; what it has written stays where it is',
  role: 'editor',
  needs: { catalog: 'write' },
  params,
  status: 204,
  reply: z.undefined(),
  precondition: true,
  faults: ['not-found', 'conflict', 'precondition-failed'],
})

export const createExport = operation({
  method: 'POST',
  path: '/v1/exporters/{name}/exports',
  tag: 'Exporters',
  summary: 'Write a version of a dataset to where an exporter points; it can be watched while it runs',
  role: 'editor',
  needs: { catalog: 'write', objects: 'read', exports: 'start' },
  params,
  body: z
    .strictObject({
      dataset: NameOrUid.meta({ description: 'The dataset, by name or uid.' }),
      version: z.int().min(1).optional().meta({ description: 'Absent: the one that is read now.' }),
      format: ExportFormat.optional().meta({ description: 'Instead of that of the exporter.' }),
    })
    .meta({ id: 'NewExport' }),
  status: 202,
  reply: ExportRecord,
  idempotent: true,
  faults: ['not-found', 'not-offered'],
})

export const listExports = operation({
  method: 'GET',
  path: '/v1/exporters/{name}/exports',
  tag: 'Exporters',
  summary: 'List the exports of an exporter, the newest first',
  role: 'viewer',
  needs: { catalog: 'read' },
  params,
  query: z.strictObject({ ...paging, state: ExportState.optional() }),
  reply: page(ExportRecord),
  faults: ['not-found'],
})

const byId = z.strictObject({ id: z.string().min(1).max(100) })

export const getExport = operation({
  method: 'GET',
  path: '/v1/exports/{id}',
  tag: 'Exporters',
  summary: 'Get one export, with its log',
  role: 'viewer',
  needs: { catalog: 'read' },
  params: byId,
  reply: ExportRecord,
  faults: ['not-found'],
})

export const cancelExport = operation({
  method: 'POST',
  path: '/v1/exports/{id}/cancel',
  tag: 'Exporters',
  summary: 'Cancel an export; nothing of it is seen where it would have been',
  role: 'editor',
  needs: { catalog: 'write' },
  params: byId,
  body: z.strictObject({}).optional(),
  status: 202,
  reply: ExportRecord,
  faults: ['not-found', 'conflict'],
})
