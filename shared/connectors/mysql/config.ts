import * as z from 'zod'
import { selectionOf, serverFields } from '../sql/config.ts'

const { host, tls, ca } = serverFields

export const Config = z.strictObject({
  host,
  port: z.int().min(1).max(65_535).default(3306).meta({ title: 'Port' }),
  database: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({
      title: 'Database',
      description: 'The one whose tables need no database before their name. Others are read all the same.',
      examples: ['warehouse'],
    }),
  user: z
    .string()
    .min(1)
    .max(80)
    .meta({ title: 'User', description: 'A login that may read and nothing else is best.', examples: ['headgate'] }),
  tls,
  ca,
})
export type Config = z.output<typeof Config>

export const Selection = selectionOf('name, or database.name outside the default database.', 'For each ? in turn.')
export type Selection = z.output<typeof Selection>
