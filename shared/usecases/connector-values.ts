import * as z from 'zod'
import { referencesIn, referenceText } from '../domain/credential-reference.ts'
import { inWords } from '../domain/in-words.ts'
import { invalid, valid } from '../domain/invalid.ts'
import { Secret } from '../domain/secret.ts'
import type { KindInfo } from '../ports/sources.ts'

/** A configuration as its kind takes it, defaults filled in. Fault invalid-request with a pointer to each mistake. */
export function readConfig(kind: KindInfo, config: unknown): Record<string, unknown> {
  return valid(kind.config, config, '/body/config') as Record<string, unknown>
}

/**
 * A credential as its kind takes it, ready to be kept, and where it points to. A reference stands for a text that nobody
 * knows yet: what the kind says of that text is not heeded. No value is in the fault.
 */
export function readCredential(
  kind: KindInfo,
  credential: unknown,
): { readonly credential: Secret; readonly references: string[] } {
  const found = referencesIn(credential)
  const references = Object.fromEntries(found)
  const standIns = Object.fromEntries([...found.keys()].map((name) => [name, 'a text']))
  const whole = { ...(credential as object), ...standIns }
  const result = z.safeParse(kind.credential, found.size === 0 ? credential : whole, { error: inWords })
  const issues = result.error?.issues.filter(({ path }) => !found.has(String(path[0]))) ?? []
  if (result.error && issues.length > 0) throw invalid(new z.ZodError(issues), '/body/credential')
  const kept = { ...((result.success ? result.data : whole) as object), ...references }
  return { credential: new Secret(JSON.stringify(kept)), references: [...found.values()].map(referenceText) }
}
