import * as z from 'zod'
import { Instant } from './connector.ts'

/** `user`: seen by its owner alone. `org`: written by administrators, for everyone's runs. */
export const SecretScope = z.enum(['user', 'org'])
export type SecretScope = z.infer<typeof SecretScope>

/** The name of a secret in its scope, and of the variable that a run finds it in. */
export const SecretKey = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/, 'must begin with a letter or _ and go on with letters, digits, _, . or -')
  .meta({ description: 'Also the name of the environment variable of a run.', examples: ['WAREHOUSE_TOKEN'] })

/** What is kept of a secret besides its value, which is kept elsewhere and never told. */
export const SecretRecord = z.object({
  scope: SecretScope,
  key: SecretKey,
  mask: z.boolean().meta({ description: 'Whether its value is replaced where a run prints it.' }),
  created: Instant,
  updated: Instant,
  updatedBy: z.string(),
})
export type SecretRecord = z.infer<typeof SecretRecord>
