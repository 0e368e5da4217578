import * as z from 'zod'
import { selectionOf, serverFields } from '../sql/config.ts'

const { host, tls, ca } = serverFields

export const Config = z.strictObject({
  host,
  port: z.int().min(1).max(65_535).default(5432).meta({ title: 'Port' }),
  database: z
    .string()
    .min(1)
    .max(63)
    .meta({ title: 'Database', examples: ['warehouse'] }),
  user: z
    .string()
    .min(1)
    .max(63)
    .meta({ title: 'User', description: 'A login that may read and nothing else is best.', examples: ['headgate'] }),
  tls,
  ca,
})
export type Config = z.output<typeof Config>

export const Selection = selectionOf('name, or schema.name outside the default schema.', 'For $1, $2, …')
export type Selection = z.output<typeof Selection>
