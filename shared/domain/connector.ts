import * as z from 'zod'

/** A slug, unique among its kind of thing. */
export const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9 and -, and not begin with -')
  .brand<'Name'>()
  .meta({ id: 'Name', description: 'A short name: 1 to 63 of a-z, 0-9 and -.', examples: ['data-warehouse-sql'] })
export type Name = z.infer<typeof Name>

/** A name, or the uid that stays when a thing is renamed or made again under the same name. */
export const NameOrUid = z
  .string()
  .min(1)
  .max(63)
  .meta({ description: 'The short name or the uid.', examples: ['data-warehouse-sql'] })

export const Title = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .meta({ description: 'What people read.', examples: ['Data Warehouse (SQL)'] })

export const capabilities = ['tables', 'objects', 'operations'] as const
export const Capability = z.enum(capabilities)
export type Capability = z.infer<typeof Capability>

/** ISO 8601 in UTC. */
export const Instant = z.iso.datetime().meta({ id: 'Instant', description: 'ISO 8601, UTC.' })

/** A connector as a reader sees it: no configuration, no credential. */
export const Source = z
  .object({
    uid: z.string(),
    name: Name,
    title: z.string(),
    kind: z.string(),
    capabilities: z.array(Capability),
    allowQuery: z.boolean().meta({ description: 'Whether readers may run their own reading SQL.' }),
    allowWrite: z.boolean().meta({ description: 'Whether exporters may write to what is behind it.' }),
  })
  .meta({ id: 'Source' })
export type Source = z.infer<typeof Source>

export const Budget = z.int().min(1).max(64).meta({ description: 'Connections to the remote side at once.' })

/** A connector as it is kept. Its credential is kept elsewhere, under its uid. */
export const ConnectorRecord = z.object({
  uid: z.string(),
  name: Name,
  title: z.string(),
  kind: z.string(),
  config: z.record(z.string(), z.unknown()),
  allowQuery: z.boolean(),
  /** Where it is not so, no credential of it is ever used to write. */
  allowWrite: z.boolean().default(false),
  budget: Budget,
  created: z.string(),
  updated: z.string(),
  createdBy: z.string(),
  /** Whether a credential is kept; which one, nobody is told. */
  hasCredential: z.boolean(),
  /** Where the credential points to other secrets: `org/KEY`, a parameter's path, an ARN. */
  references: z.array(z.string()).optional(),
})
export type ConnectorRecord = z.infer<typeof ConnectorRecord>
