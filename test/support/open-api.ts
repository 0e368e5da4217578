import { parseAllow } from '../../shared/adapters/egress/allow.ts'
import { createEgress } from '../../shared/adapters/egress.ts'
import type { Egress } from '../../shared/connectors/kind.ts'
import kind from '../../shared/connectors/openapi/kind.ts'
import { Secret } from '../../shared/domain/secret.ts'

export const localEgress = (): Egress => createEgress({ allow: parseAllow('localhost:*') })

/** The kind, opened on a document at a URL or on one that is given. */
export function openApi(
  config: Record<string, unknown>,
  {
    credential = {},
    signal = new AbortController().signal,
    egress = localEgress(),
  }: { credential?: Record<string, unknown>; signal?: AbortSignal; egress?: Egress } = {},
) {
  return kind.open({
    config: kind.config.parse(config),
    credential: new Secret(kind.credential.parse(credential)),
    egress,
    signal,
  })
}

/** A document of these paths, as JSON. */
export const documentOf = (paths: unknown, more: object = {}): string =>
  JSON.stringify({ openapi: '3.1.0', info: { title: 'test', version: '1' }, paths, ...more })
