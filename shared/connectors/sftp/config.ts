import * as z from 'zod'
import { FileSelection } from '../files/selection.ts'

export const Config = z.strictObject({
  host: z
    .string()
    .trim()
    .min(1)
    .max(253)
    .regex(/^[^\s/@?#,]+$/, 'must be a host name or an address, without a scheme, a path or a port')
    .meta({ title: 'Host', description: 'Name or address of the server.', examples: ['sftp.example.org'] }),
  port: z.int().min(1).max(65_535).default(22).meta({ title: 'Port' }),
  user: z
    .string()
    .min(1)
    .max(255)
    .meta({ title: 'User', description: 'A login that may read and nothing else is best.', examples: ['headgate'] }),
  hostKey: z
    .string()
    .trim()
    .regex(
      /^(SHA256:[A-Za-z0-9+/]{43}=?|(ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/]+={0,2}( .*)?)$/,
      'must be SHA256:… as ssh-keygen -lf prints it, or a line of known_hosts without the host',
    )
    .optional()
    .meta({
      title: 'Host key',
      description: 'The key that the server must show. When absent: the one that it shows when this is saved.',
      examples: ['SHA256:uNiVztksCsDhcc0u9e8BrhJ5Kh0ZcyGxTSzDRYGZ1pk'],
    }),
  root: z
    .string()
    .max(1024)
    .regex(/^[^\0]*$/)
    .optional()
    .meta({ title: 'Folder', description: 'Keys begin below it. When absent: where the login lands.' }),
})
export type Config = z.output<typeof Config>

export const Credential = z
  .strictObject({
    password: z.string().min(1).max(1000).optional().meta({ title: 'Password', format: 'password' }),
    privateKey: z
      .string()
      .max(20_000)
      .regex(/^-----BEGIN |^PuTTY-User-Key-File-/, 'must be a private key as OpenSSH, PEM or PuTTY writes it')
      .optional()
      .meta({ title: 'Private key', format: 'textarea' }),
    passphrase: z
      .string()
      .max(1000)
      .optional()
      .meta({ title: 'Passphrase', description: 'Of the private key.', format: 'password' }),
  })
  .refine(({ password, privateKey }) => password !== undefined || privateKey !== undefined, {
    message: 'needs a password or a private key',
  })
export type Credential = z.output<typeof Credential>

export const Selection = FileSelection
export type Selection = z.output<typeof Selection>
