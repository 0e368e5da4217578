import { type CredentialReference, referencesIn } from '../domain/credential-reference.ts'
import { Fault } from '../domain/faults.ts'
import type { Secret } from '../domain/secret.ts'
import { orgSecretId, type SecretReader } from '../ports/secrets.ts'

/** Reads secrets that are kept outside of Headgate; undefined where there is none. */
export type ForeignSecrets = (
  reference: Exclude<CredentialReference, { secret: string }>,
  options: { readonly fresh: boolean },
) => Promise<Secret | undefined>

/** No secrets but our own: what a machine without an account has. */
export const noForeignSecrets: ForeignSecrets = async () => {
  throw new Fault('not-offered', 'Headgate on this machine reads no secrets of AWS.', {
    hint: 'Keep the value as a secret here, and refer to it as { "secret": "org/KEY" }.',
  })
}

/** A credential with the texts in the places of its references. Faults: source-refused where one leads nowhere. */
export async function resolveCredential(
  credential: unknown,
  { secrets, foreign, fresh }: { secrets: SecretReader; foreign: ForeignSecrets; fresh: boolean },
): Promise<unknown> {
  const found = referencesIn(credential)
  if (found.size === 0) return credential
  const texts = await Promise.all(
    [...found].map(async ([name, reference]) => {
      const secret =
        'secret' in reference
          ? await secrets.get(orgSecretId(reference.secret.slice('org/'.length)), { fresh })
          : await foreign(reference, { fresh })
      return [name, fieldOf(secret, name, reference)] as const
    }),
  )
  return { ...(credential as object), ...Object.fromEntries(texts) }
}

function fieldOf(secret: Secret | undefined, name: string, { field }: CredentialReference): string {
  if (secret === undefined) throw nowhere(`What the credential’s ${name} refers to is not there.`)
  if (field === undefined) return secret.reveal()
  const value = parse(secret)?.[field]
  if (typeof value === 'string') return value
  throw nowhere(`What the credential’s ${name} refers to is no JSON with that member.`)
}

/** Undefined for what is no JSON object: the error of the parser would quote it. */
function parse(secret: Secret): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(secret.reveal())
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

const nowhere = (detail: string) =>
  new Fault('source-refused', detail, { hint: 'An administrator can put the secret there, or change the reference.' })
