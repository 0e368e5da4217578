import * as z from 'zod'
import { Filter } from '../../domain/filter.ts'
import { isLoopback } from '../../domain/loopback.ts'

export const tlsModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type TlsMode = (typeof tlsModes)[number]

/** What the config of every database has. Structured fields only: a connection URL may name files to read. */
export const serverFields = {
  host: z
    .string()
    .trim()
    .min(1)
    .max(253)
    .regex(/^[^\s/@?#,]+$/, 'must be a host name or an address, without a scheme, a path or a port')
    .meta({ title: 'Host', description: 'Name or address of the server.', examples: ['db.example.org'] }),
  tls: z
    .enum(tlsModes)
    .optional()
    .meta({
      title: 'TLS',
      description:
        'As libpq names it. When absent: verify-full, or disable where the host is this machine. Only verify-full ' +
        'makes sure that nobody is between.',
    }),
  ca: z
    .string()
    .max(200_000)
    .regex(/-----BEGIN CERTIFICATE-----/, 'must be certificates in PEM form')
    .optional()
    .meta({
      title: 'Authority',
      description: 'PEM certificates to trust instead of the well-known authorities.',
      format: 'textarea',
    }),
}

export const Credential = z.strictObject({
  password: z.string().max(1000).meta({ title: 'Password', format: 'password' }),
})
export type Credential = z.output<typeof Credential>

const key = z.string().min(1).max(200).optional().meta({
  title: 'Key',
  description: 'A column by whose ranges a large one may be read in several partitions, where its rows have no places.',
})

const parameter = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** What a datasource of a database names. `tableHint` and `parametersHint` say how, in the kind's own words. */
export const selectionOf = (tableHint: string, parametersHint: string) =>
  z.union([
    z
      .strictObject({
        table: z.string().min(1).max(200).meta({ title: 'Table', description: tableHint }),
        columns: z.array(z.string().min(1)).min(1).max(4096).optional().meta({ title: 'Columns' }),
        where: Filter.optional().meta({ title: 'Rows', description: 'Which rows; all when absent.' }),
        key,
      })
      .meta({ title: 'A table' }),
    z
      .strictObject({
        sql: z.string().trim().min(1).max(1_000_000).meta({ title: 'SQL', description: 'One reading statement.' }),
        parameters: z.array(parameter).max(1000).optional().meta({ title: 'Parameters', description: parametersHint }),
        key,
      })
      .meta({ title: 'A query' }),
  ])

/** What decides how a connection is secured. */
export interface TlsConfig {
  readonly host: string
  readonly tls?: TlsMode | undefined
  readonly ca?: string | undefined
}

export const tlsMode = ({ tls, host }: TlsConfig): TlsMode => tls ?? (isLoopback(host) ? 'disable' : 'verify-full')
