import { valid } from '../domain/invalid.ts'
import { Secret } from '../domain/secret.ts'
import type { KindInfo } from '../ports/sources.ts'

/** A configuration as its kind takes it, defaults filled in. Fault invalid-request with a pointer to each mistake. */
export function readConfig(kind: KindInfo, config: unknown): Record<string, unknown> {
  return valid(kind.config, config, '/body/config') as Record<string, unknown>
}

/** A credential as its kind takes it, ready to be kept. No value of it is in the fault. */
export function readCredential(kind: KindInfo, credential: unknown): Secret {
  return new Secret(JSON.stringify(valid(kind.credential, credential, '/body/credential')))
}
