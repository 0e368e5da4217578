import * as z from 'zod'
import type { AnyKind, Egress, SourceObjects } from '../connectors/kind.ts'
import type { ConnectorRecord } from '../domain/connector.ts'
import { Fault } from '../domain/faults.ts'
import { inWords } from '../domain/in-words.ts'
import { invalid, valid } from '../domain/invalid.ts'
import { Secret } from '../domain/secret.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { checkWriting } from '../ports/check-writing.ts'
import { damagedConnector, findConnector } from '../ports/find-connector.ts'
import { credentialId, type SecretReader } from '../ports/secrets.ts'
import type { Pins, Sources, Trials, Writers } from '../ports/sources.ts'
import { createKinds } from './kinds.ts'
import { masking } from './masking.ts'
import { createPins } from './pins.ts'
import { renewing } from './renewing.ts'
import { type ForeignSecrets, noForeignSecrets, resolveCredential } from './resolve-credential.ts'

export interface SourcesAt {
  readonly catalog: CatalogReader
  readonly secrets: SecretReader
  readonly egress: Egress
  readonly kinds: readonly AnyKind[]
  /** Where credentials may point to besides our own secrets. */
  readonly foreign?: ForeignSecrets
  /** The files that were uploaded to us, for who copies them; undefined where they cannot be read. */
  readonly uploaded?: () => Promise<SourceObjects | undefined>
}

/** Opens connectors: the record from the catalog, the credential from the secrets, the network through the egress. */
export function createSources(at: SourcesAt): Sources & Trials & Pins & Writers {
  const { catalog, secrets, egress, kinds, foreign = noForeignSecrets, uploaded } = at
  const known = createKinds(kinds)

  /** The kept credential as JSON with its references resolved; undefined where none is kept. */
  const keptJson = async (uid: string, fresh: boolean): Promise<Secret | undefined> => {
    const kept = await secrets.get(credentialId(uid), { fresh })
    const json = kept && parseKept(kept)
    return json === undefined
      ? kept
      : new Secret(JSON.stringify(await resolveCredential(json, { secrets, foreign, fresh })))
  }

  const find = async (nameOrUid: string) => {
    const record = (await findConnector(catalog, nameOrUid)).value
    const kind = kindOf(record, kinds)
    const config = z.safeParse(kind.config, record.config, { error: inWords })
    if (!config.success) throw damagedConnector(record.name, invalid(config.error, '/config'))
    return { record, kind, config }
  }

  return {
    ...createPins({ egress, kinds }),
    ...known,
    async openToWrite(nameOrUid, signal) {
      const { record, kind, config } = await find(nameOrUid)
      if (!kind.writing) throw new Fault('not-offered', `A connector of kind ${kind.kind} is only read.`)
      checkWriting(record)
      const credential = keptCredential(kind, record.name, await keptJson(record.uid, true))
      const writer = await kind.writing.open({ config: config.data, credential, egress, signal })
      return { record, writer: masking(writer, credential) }
    },
    async open(nameOrUid, signal) {
      const { record, kind, config } = await find(nameOrUid)
      let used = await keptJson(record.uid, false)
      const openWith = async (kept: Secret | undefined) => {
        const credential = keptCredential(kind, record.name, kept)
        const at = { config: config.data, credential, egress, signal, uploaded, allowsWrite: record.allowWrite }
        return masking(await kind.open(at), credential)
      }
      const renew = async () => {
        const fresh = await keptJson(record.uid, true)
        if (fresh?.reveal() === used?.reveal()) return undefined
        used = fresh
        return openWith(fresh)
      }
      return { record, connection: renewing(await openWith(used), renew) }
    },
    async try(values, signal) {
      const kind = known.get(values.kind)
      const config = valid(kind.config, values.config, '/body/config')
      const credential =
        values.credential === undefined && values.uid !== undefined
          ? keptCredential(kind, values.uid, await keptJson(values.uid, true))
          : givenCredential(kind, await resolveCredential(values.credential ?? {}, { secrets, foreign, fresh: true }))
      const allowsWrite = values.allowWrite ?? false
      return masking(await kind.open({ config, credential, egress, signal, allowsWrite }), credential)
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
