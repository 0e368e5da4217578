import * as z from 'zod'
import { SecretKey } from './secret-name.ts'

const field = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .meta({ description: 'The member to take, where the value is JSON.' })

/** What may stand in place of a text of a credential: where the text is kept. It is looked up at each opening. */
export const CredentialReference = z.union([
  z.strictObject({
    secret: z
      .string()
      .regex(/^org\/./)
      .refine((path) => SecretKey.safeParse(path.slice('org/'.length)).success, 'must be org/ and the key of a secret'),
    field,
  }),
  z.strictObject({ ssm: z.string().regex(/^\/[A-Za-z0-9_.\-/]{1,1000}$/, 'must be the path of a parameter'), field }),
  z.strictObject({
    secretsManager: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+$/,
        'must be the ARN of a secret',
      ),
    field,
  }),
])
export type CredentialReference = z.infer<typeof CredentialReference>

/** The references of a credential, by the member in whose place they stand. */
export function referencesIn(credential: unknown): ReadonlyMap<string, CredentialReference> {
  if (credential === null || typeof credential !== 'object') return new Map()
  return new Map(
    Object.entries(credential).flatMap(([name, value]) => {
      const parsed = value !== null && typeof value === 'object' ? CredentialReference.safeParse(value) : undefined
      return parsed?.success ? [[name, parsed.data] as const] : []
    }),
  )
}

/** Where a reference points, as people read it: `org/KEY`, `/path`, an ARN. */
export const referenceText = (reference: CredentialReference): string =>
  'secret' in reference ? reference.secret : 'ssm' in reference ? reference.ssm : reference.secretsManager
