import * as z from 'zod'
import type { AnyKind, Egress } from '../connectors/kind.ts'
import type { ConnectorRecord } from '../domain/connector.ts'
import { Fault } from '../domain/faults.ts'
import { inWords } from '../domain/in-words.ts'
import { invalid, valid } from '../domain/invalid.ts'
import { Secret } from '../domain/secret.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { damagedConnector, findConnector } from '../ports/find-connector.ts'
import { credentialId, type SecretReader } from '../ports/secrets.ts'
import type { Pins, Sources, Trials } from '../ports/sources.ts'
import { createKinds } from './kinds.ts'
import { createPins } from './pins.ts'

export interface SourcesAt {
  readonly catalog: CatalogReader
  readonly secrets: SecretReader
  readonly egress: Egress
  readonly kinds: readonly AnyKind[]
}

/** Opens connectors: the record from the catalog, the credential from the secrets, the network through the egress. */
export function createSources({ catalog, secrets, egress, kinds }: SourcesAt): Sources & Trials & Pins {
  const known = createKinds(kinds)
  return {
    ...createPins({ egress, kinds }),
    ...known,
    async open(nameOrUid, signal) {
      const record = (await findConnector(catalog, nameOrUid)).value
      const kind = kindOf(record, kinds)
      const config = z.safeParse(kind.config, record.config, { error: inWords })
      if (!config.success) throw damagedConnector(record.name, invalid(config.error, '/config'))
      const credential = keptCredential(kind, record.name, await secrets.get(credentialId(record.uid)))
      return { record, connection: await kind.open({ config: config.data, credential, egress, signal }) }
    },
    async try(values, signal) {
      const kind = known.get(values.kind)
      const config = valid(kind.config, values.config, '/body/config')
      const credential =
        values.credential === undefined && values.uid !== undefined
          ? keptCredential(kind, values.uid, await secrets.get(credentialId(values.uid)))
          : givenCredential(kind, values.credential ?? {})
      return kind.open({ config, credential, egress, signal })
    },
  }
}

function kindOf(record: ConnectorRecord, kinds: readonly AnyKind[]): AnyKind {
  const kind = kinds.find(({ kind }) => kind === record.kind)
  if (kind) return kind
  throw new Fault('source-failed', `This version knows no connectors of the kind ${JSON.stringify(record.kind)}.`, {
    hint: 'Update the deployment, or delete the connector.',
  })
}

function givenCredential(kind: AnyKind, credential: unknown): Secret<unknown> {
  return new Secret(valid(kind.credential, credential, '/body/credential'))
}

function keptCredential(kind: AnyKind, name: string, kept: Secret | undefined): Secret<unknown> {
  const parsed = z.safeParse(kind.credential, kept === undefined ? {} : parseKept(kept))
  if (parsed.success) return new Secret(parsed.data)
  const what = kept === undefined ? 'There is no credential for' : 'The credential is not of the right form for'
  throw new Fault('source-refused', `${what} the connector ${JSON.stringify(name)}.`, {
    hint: 'An administrator can give the connector its credential again.',
    cause: parsed.error,
  })
}

/** Undefined for what is not JSON: the error of the parser would quote it. */
function parseKept(kept: Secret): unknown {
  try {
    return JSON.parse(kept.reveal())
  } catch {
    return undefined
  }
}
