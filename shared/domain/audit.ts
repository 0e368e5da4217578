import * as z from 'zod'
import { Instant } from './connector.ts'

/** Who did what to which thing, from where, with what result. Never a value. */
export const AuditRecord = z.object({
  id: z.string().meta({ description: 'Sorts by time.' }),
  at: Instant,
  caller: z.string().nullable().meta({ description: 'Null: nobody who was known.' }),
  role: z.string().nullable(),
  token: z.string().nullable().meta({ description: 'The id of the token that was sent; null of a session.' }),
  operation: z.string().meta({ examples: ['PUT /v1/secrets/{scope}/{key}'] }),
  things: z.array(z.string()).meta({ description: 'What it was done to, as paths or names.' }),
  from: z.string().nullable().meta({ description: 'The address that it came from.' }),
  status: z.int(),
  code: z.string().nullable().meta({ description: 'The code of the problem; null where it went well.' }),
  requestId: z.string(),
})
export type AuditRecord = z.infer<typeof AuditRecord>
