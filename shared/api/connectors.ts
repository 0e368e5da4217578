import * as z from 'zod'
import { checkStatuses, Stage } from '../domain/check.ts'
import { Budget, Capability, Name, NameOrUid, Title } from '../domain/connector.ts'
import { operation, page, paging } from './operation.ts'

const JsonSchema = z.record(z.string(), z.unknown())

const Kind = z
  .object({
    kind: z.string(),
    title: z.string(),
    capabilities: z.array(Capability),
    increments: z.enum(['rows', 'column']).nullable().meta({
      description: 'What tells which rows are new: versions of the rows, or a column that grows; null: nothing.',
    }),
    writes: z.enum(['files', 'tables']).nullable().meta({
      description: 'What exporters can write to, where a connector allows it; null: nothing.',
    }),
    config: JsonSchema.meta({ description: 'The JSON Schema of a connector’s `config`.' }),
    credential: JsonSchema.meta({ description: 'The JSON Schema of a connector’s `credential`.' }),
    selection: JsonSchema.meta({ description: 'The JSON Schema of a datasource’s `selection`.' }),
  })
  .meta({ id: 'Kind' })

const Config = z.record(z.string(), z.unknown()).meta({ description: 'As the kind’s `config` schema says.' })

const Credential = z
  .record(z.string(), z.unknown())
  .meta({ description: 'As the kind’s `credential` schema says. It goes in and never comes out.', writeOnly: true })

const Connector = z
  .object({
    uid: z.string(),
    name: Name,
    title: z.string(),
    kind: z.string(),
    config: Config,
    hasCredential: z.boolean(),
    allowQuery: z.boolean(),
    allowWrite: z.boolean(),
    budget: Budget,
    created: z.string(),
    updated: z.string(),
    createdBy: z.string(),
  })
  .meta({ id: 'Connector' })

const url = z
  .string()
  .min(1)
  .max(8000)
  .optional()
  .meta({
    description:
      'A connection URL as people paste it, instead of its parts: `postgresql://user:password@host:5432/db`, `s3://…`, ' +
      '`sftp://…`, the URL of an OpenAPI document. What is given by name wins. It goes in and never comes out.',
    examples: ['postgresql://headgate:…@db.example.org:5432/warehouse?sslmode=require'],
    writeOnly: true,
  })

const Notes = z
  .array(z.string())
  .meta({ description: 'What was done to pasted values: what was left out, what was taken for what.' })

const Saved = Connector.extend({ notes: Notes.optional() }).meta({ id: 'SavedConnector' })

const AllowQuery = z.boolean().meta({ description: 'Whether readers may run their own reading SQL.' })

const AllowWrite = z.boolean().meta({
  description: 'Whether exporters may write with its credential. Where not, nothing ever does.',
})

const params = z.strictObject({ name: NameOrUid })

const Check = z
  .object({ status: z.enum(checkStatuses), stages: z.array(Stage), warnings: z.array(z.string()) })
  .meta({ id: 'Check' })

const timeoutMs = z
  .int()
  .min(100)
  .max(25_000)
  .default(10_000)
  .meta({ description: 'How long the whole check may take, milliseconds.' })

export const listKinds = operation({
  method: 'GET',
  path: '/v1/kinds',
  tag: 'Connectors',
  summary: 'List the kinds of connectors with their JSON Schemas',
  role: 'admin',
  needs: { sources: 'know' },
  reply: z.object({ items: z.array(Kind), next: z.null() }),
  faults: [],
})

export const listConnectors = operation({
  method: 'GET',
  path: '/v1/connectors',
  tag: 'Connectors',
  summary: 'List the connectors with their configuration',
  role: 'admin',
  needs: { catalog: 'read' },
  query: z.strictObject(paging),
  reply: page(Connector),
  faults: [],
})

export const createConnector = operation({
  method: 'POST',
  path: '/v1/connectors',
  tag: 'Connectors',
  summary: 'Create a connector',
  role: 'admin',
  needs: { catalog: 'write', secrets: 'write', sources: 'pin' },
  body: z
    .strictObject({
      name: Name,
      title: Title.optional(),
      kind: z.string().optional().meta({ description: 'May be left out with a URL that tells it.' }),
      config: Config.optional(),
      url,
      credential: Credential.optional(),
      allowQuery: AllowQuery.default(false),
      allowWrite: AllowWrite.default(false),
      budget: Budget.default(4),
    })
    .meta({ id: 'NewConnector' }),
  status: 201,
  reply: Saved,
  idempotent: true,
  faults: ['conflict'],
})

export const getConnector = operation({
  method: 'GET',
  path: '/v1/connectors/{name}',
  tag: 'Connectors',
  summary: 'Get one connector with its configuration',
  role: 'admin',
  needs: { catalog: 'read' },
  params,
  reply: Connector,
  faults: ['not-found'],
})

export const updateConnector = operation({
  method: 'PUT',
  path: '/v1/connectors/{name}',
  tag: 'Connectors',
  summary: 'Change a connector',
  role: 'admin',
  needs: { catalog: 'write', secrets: 'write', sources: 'pin' },
  params,
  body: z
    .strictObject({
      name: Name.optional().meta({ description: 'May be sent back as it was; it does not change.' }),
      title: Title.optional(),
      kind: z.string().optional().meta({ description: 'May be sent back as it was; it does not change.' }),
      config: Config.optional(),
      url,
      credential: Credential.optional().meta({ description: 'Replaces the kept one; without it, that one stays.' }),
      allowQuery: AllowQuery.optional(),
      allowWrite: AllowWrite.optional(),
      budget: Budget.optional(),
    })
    .meta({ id: 'ConnectorChange' }),
  reply: Saved,
  precondition: true,
  faults: ['not-found', 'precondition-failed'],
})

export const deleteConnector = operation({
  method: 'DELETE',
  path: '/v1/connectors/{name}',
  tag: 'Connectors',
  summary: 'Delete a connector and its credential',
  role: 'admin',
  needs: { catalog: 'write', secrets: 'write' },
  params,
  status: 204,
  reply: z.undefined(),
  precondition: true,
  faults: ['not-found', 'conflict', 'precondition-failed'],
})

export const checkConnector = operation({
  method: 'POST',
  path: '/v1/connectors/{name}/checks',
  tag: 'Connectors',
  summary: 'Check a connector, stage by stage',
  role: 'admin',
  needs: { sources: 'open' },
  params,
  body: z.strictObject({ timeoutMs }).default({ timeoutMs: 10_000 }),
  reply: Check,
  faults: ['not-found'],
})

export const checkValues = operation({
  method: 'POST',
  path: '/v1/checks',
  tag: 'Connectors',
  summary: 'Check values before they are saved',
  role: 'admin',
  needs: { catalog: 'read', sources: 'try' },
  body: z
    .strictObject({
      kind: z.string().optional().meta({ description: 'May be left out with a URL that tells it.' }),
      config: Config.optional(),
      url,
      credential: Credential.optional(),
      connector: NameOrUid.optional().meta({
        description: 'Where no credential is sent: the connector whose kept one is tried.',
      }),
      allowWrite: AllowWrite.optional(),
      timeoutMs,
    })
    .meta({ id: 'Trial' }),
  reply: Check,
  faults: ['not-found'],
})

export const readUrl = operation({
  method: 'POST',
  path: '/v1/urls',
  tag: 'Connectors',
  summary: 'Take a pasted connection URL apart; nothing is dialled or kept',
  role: 'admin',
  needs: { sources: 'know' },
  body: z
    .strictObject({
      url: url.unwrap(),
      kind: z.string().optional().meta({ description: 'Where the URL alone does not tell what is meant.' }),
    })
    .meta({ id: 'PastedUrl' }),
  reply: z
    .object({
      kind: z.string(),
      config: Config.meta({ description: 'What the URL says, not the defaults.' }),
      credential: z
        .array(z.string())
        .meta({ description: 'The fields of the credential that the URL holds. To use them send the URL as `url`.' }),
      notes: Notes,
    })
    .meta({ id: 'UrlParts' }),
  faults: [],
})
