import * as z from 'zod'
import { tableKinds } from '../connectors/kind.ts'
import { Source } from '../domain/connector.ts'
import { operation, page, paging } from './operation.ts'
import { Column, Format, RowLimit, Rows, window } from './rows.ts'
import { opening, reading, source } from './source-parts.ts'

const table = {
  ...source,
  table: z
    .string()
    .min(1)
    .max(300)
    .meta({ description: 'As the list of tables gives it: `name`, or `schema.name`.', examples: ['experiments'] }),
}

const Table = z
  .object({
    table: z.string().meta({ description: 'The text that names it in paths and selections.' }),
    schema: z.string(),
    name: z.string(),
    kind: z.enum(tableKinds),
    comment: z.string().nullable(),
    estimate: z.int().nullable().meta({ description: 'Rows, as the source itself estimates them.' }),
    bytes: z.int().nullable(),
  })
  .meta({ id: 'Table' })

/** What a list does not say: what a datasource of it may name, whether it can copy what is new alone, what can be written. */
const SourceDescription = Source.extend({
  selection: z
    .record(z.string(), z.unknown())
    .meta({ description: 'The JSON Schema of a datasource’s `selection` on this source.' }),
  increments: z.enum(['rows', 'column']).nullable().meta({
    description: 'What tells which rows are new: versions of the rows, or a column that grows; null: nothing.',
  }),
  writes: z.enum(['files', 'tables']).nullable().meta({
    description: 'What exporters can write to, where the connector allows it; null: nothing.',
  }),
}).meta({ id: 'SourceDescription' })

export const listSources = operation({
  method: 'GET',
  path: '/v1/sources',
  tag: 'Sources',
  summary: 'List the sources',
  role: 'viewer',
  needs: { catalog: 'read', sources: 'know' },
  query: z.strictObject({
    ...paging,
    kind: z.string().max(64).optional(),
    search: z.string().max(200).optional().meta({ description: 'Text in the name or the title.' }),
  }),
  reply: page(Source),
  faults: [],
})

export const getSource = operation({
  method: 'GET',
  path: '/v1/sources/{source}',
  tag: 'Sources',
  summary: 'Get one source, with what a datasource of it may name',
  role: 'viewer',
  needs: { catalog: 'read', sources: 'know' },
  params: z.strictObject(source),
  reply: SourceDescription,
  faults: ['not-found'],
})

export const listDatabases = operation({
  method: 'GET',
  path: '/v1/sources/{source}/databases',
  tag: 'Sources',
  summary: 'List the databases of a source’s server',
  role: 'viewer',
  needs: { sources: 'open' },
  params: z.strictObject(source),
  query: z.strictObject(paging),
  reply: page(z.object({ name: z.string() }).meta({ id: 'Database' })),
  faults: opening,
})

export const listTables = operation({
  method: 'GET',
  path: '/v1/sources/{source}/tables',
  tag: 'Sources',
  summary: 'List the tables of a source',
  role: 'viewer',
  needs: { sources: 'open' },
  params: z.strictObject(source),
  query: z.strictObject({
    ...paging,
    database: z.string().min(1).max(200).optional().meta({
      description: 'Another database of the server. To read a table of it, PostgreSQL wants a connector of its own.',
    }),
    schema: z.string().max(200).optional(),
    search: z.string().max(200).optional().meta({ description: 'Text in the name.' }),
  }),
  reply: page(Table),
  faults: opening,
})

export const describeTable = operation({
  method: 'GET',
  path: '/v1/sources/{source}/tables/{table}',
  tag: 'Sources',
  summary: 'Describe a table: columns, keys, size',
  role: 'viewer',
  needs: { sources: 'open' },
  params: z.strictObject(table),
  reply: Table.extend({
    columns: z.array(Column.extend({ comment: z.string().nullable() })),
    primaryKey: z.array(z.string()),
    uniqueKeys: z.array(z.array(z.string())),
  }).meta({ id: 'TableDescription' }),
  faults: opening,
})

export const readRows = operation({
  method: 'GET',
  path: '/v1/sources/{source}/tables/{table}/rows',
  tag: 'Sources',
  summary: 'Read rows of a table',
  role: 'viewer',
  needs: { sources: 'open' },
  params: z.strictObject(table),
  query: z.strictObject(window),
  reply: Rows,
  answers: 'rows',
  faults: reading,
})

export const runQuery = operation({
  method: 'POST',
  path: '/v1/sources/{source}/query',
  tag: 'Sources',
  summary: 'Run a reading SQL query, where the connector allows it',
  role: 'viewer',
  needs: { sources: 'open' },
  params: z.strictObject(source),
  query: z.strictObject({ format: Format }),
  body: z
    .strictObject({
      sql: z.string().trim().min(1).max(200_000),
      parameters: z
        .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
        .max(1000)
        .optional()
        .meta({ description: 'Values of `$1`, `$2`, …' }),
      limit: RowLimit,
    })
    .meta({ id: 'Query' }),
  reply: Rows,
  answers: 'rows',
  faults: [...reading, 'forbidden'],
})
