import * as z from 'zod'
import { FileSelection } from '../files/selection.ts'

export const Config = z.strictObject({
  host: z
    .string()
    .trim()
    .min(1)
    .max(253)
    .regex(/^[^\s/@?#,]+$/, 'must be a host name or an address, without a scheme, a path or a port')
    .meta({ title: 'Host', description: 'Name or address of the server.', examples: ['ftp.example.org'] }),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .meta({ title: 'Port', description: 'When absent: 21, or 990 where TLS is implicit.' }),
  user: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^\r\n\0]+$/)
    .default('anonymous')
    .meta({ title: 'User', description: 'A login that may read and nothing else is best.' }),
  tls: z.enum(['explicit', 'implicit', 'none']).default('explicit').meta({
    title: 'TLS',
    description:
      'explicit (AUTH TLS, usual), implicit, or none: then the password and the files travel for all to read.',
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
  root: z
    .string()
    .max(1024)
    .regex(/^[^\r\n\0]*$/)
    .optional()
    .meta({ title: 'Folder', description: 'Keys begin below it. When absent: where the login lands.' }),
})
export type Config = z.output<typeof Config>

export const Credential = z.strictObject({
  password: z
    .string()
    .max(1000)
    .regex(/^[^\r\n\0]*$/, 'must not hold line ends')
    .default('')
    .meta({ title: 'Password', format: 'password' }),
})
export type Credential = z.output<typeof Credential>

export const Selection = FileSelection
export type Selection = z.output<typeof Selection>

export const portOf = ({ port, tls }: Config): number => port ?? (tls === 'implicit' ? 990 : 21)
