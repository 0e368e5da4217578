import * as z from 'zod'
import { invalid } from '../domain/invalid.ts'
import { Secret } from '../domain/secret.ts'
import type { KindInfo } from '../ports/sources.ts'

/** A configuration as its kind takes it, defaults filled in. Fault invalid-request with a pointer to each mistake. */
export function readConfig(kind: KindInfo, config: unknown): Record<string, unknown> {
  const result = z.safeParse(kind.config, config)
  if (!result.success) throw invalid(result.error, '/body/config')
  return result.data as Record<string, unknown>
}

/** A credential as its kind takes it, ready to be kept. No value of it is in the fault. */
export function readCredential(kind: KindInfo, credential: unknown): Secret {
  const result = z.safeParse(kind.credential, credential)
  if (!result.success) throw invalid(result.error, '/body/credential')
  return new Secret(JSON.stringify(result.data))
}
