import * as z from 'zod'
import { Name, Title } from '../domain/connector.ts'
import { DriftPolicy, FileFormat } from '../domain/datasource.ts'
import { fileParsers } from '../domain/file-parser.ts'
import { jsonText } from '../domain/json-text.ts'
import { SnapshotRecord } from '../domain/snapshot.ts'
import { operation } from './operation.ts'

export const createDataset = operation({
  method: 'POST',
  path: '/v1/datasets',
  scope: 'run',
  tag: 'Datasets',
  summary: 'Make a dataset, or its next version, of a file: the body, or an object of yours',
  role: 'editor',
  needs: { catalog: 'write', objects: 'take', runs: 'start' },
  query: z.strictObject({
    name: Name.meta({ description: 'Of the dataset. Once more the same name makes its next version.' }),
    title: Title.optional(),
    object: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .meta({
        description: 'In place of a body: `user/<name>` or `pipelines/<id>/<name>`, put before or uploaded in parts.',
        examples: ['user/orders.csv'],
      }),
    file: z
      .string()
      .regex(/^[^/\\\0-\x1f]{1,200}$/, 'must be the name of a file')
      .refine((name) => name !== '.' && name !== '..', 'must be the name of a file')
      .optional()
      .meta({ description: 'What the file is called: its ending tells how it is read.', examples: ['orders.csv'] }),
    parse: z
      .enum([...fileParsers, 'none'])
      .optional()
      .meta({ description: 'How it is read; `none` keeps its bytes.' }),
    csv: jsonText(z.record(z.string(), z.unknown()))
      .optional()
      .meta({
        description: 'As JSON: `delimiter`, `header`, `nulls`, `skip`.',
        examples: ['{"delimiter":";"}'],
      }),
    schema: jsonText(z.record(z.string(), z.string()))
      .optional()
      .meta({
        description: 'As JSON: types of columns, instead of what their values look like.',
        examples: ['{"price":"decimal(10,2)"}'],
      }),
    format: FileFormat.optional().meta({ description: 'What the parts of the version are; `parquet` at first.' }),
    drift: DriftPolicy.optional().meta({ description: 'When the columns are others than before; `evolve` at first.' }),
  }),
  takes: 'bytes',
  status: 202,
  reply: SnapshotRecord,
  faults: ['not-found', 'not-offered', 'conflict', 'pipeline-required', 'too-large'],
})
