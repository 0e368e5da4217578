import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import type { AllowRule } from '../shared/adapters/egress/allow.ts'
import { createEgress } from '../shared/adapters/egress.ts'
import { localCatalog } from '../shared/adapters/local/catalog.ts'
import { localBus } from '../shared/adapters/local/events.ts'
import { localObjects } from '../shared/adapters/local/objects.ts'
import { localRegistry } from '../shared/adapters/local/registry.ts'
import { localSecrets } from '../shared/adapters/local/secrets.ts'
import { type LocalUploads, localUploads } from '../shared/adapters/local/uploads.ts'
import { createReceivers } from '../shared/adapters/receivers.ts'
import { createSources } from '../shared/adapters/sources.ts'
import { uploadedFiles } from '../shared/adapters/uploaded-files.ts'
import { watchOutbox } from '../shared/adapters/watch-outbox.ts'
import { kinds } from '../shared/connectors/index.ts'
import { Fault } from '../shared/domain/faults.ts'
import type { CatalogWriter } from '../shared/ports/catalog.ts'
import type { Events } from '../shared/ports/events.ts'
import type { WholeWorld } from '../shared/ports/index.ts'
import type { ObjectWriter } from '../shared/ports/objects.ts'
import type { Registry } from '../shared/ports/registry.ts'
import type { SecretReader, SecretWriter } from '../shared/ports/secrets.ts'
import type { DataFolder } from './data-folder.ts'
import { createLocalExports, type LocalExports } from './exports.ts'
import type { Log } from './log.ts'
import { createLocalRuns, type LocalRuns } from './runs.ts'
import { BadStart } from './settings.ts'
import { createWaking, type Waking } from './waking.ts'

/** What is kept in the data folder. */
export interface Stores {
  readonly catalog: CatalogWriter
  readonly secrets: SecretReader & SecretWriter
  readonly objects: ObjectWriter
  readonly uploads: LocalUploads
  /** What engines are shown. */
  readonly registry: Registry
  /** Where events go. */
  readonly bus: Pick<Events, 'publish'>
  /** What links to objects are signed with. */
  readonly linkKey: Uint8Array
  close(): void
}

/** The path that answers links to objects. */
export const linkPath = '/links'

/** The path that takes parts of uploads. */
export const uploadPath = '/uploads'

export async function openStores(folder: DataFolder, origin: string): Promise<Stores> {
  const linkKey = await readOrMakeLinkKey(folder.at('link.key'))
  const catalog = openCatalog(folder)
  const objects = localObjects({ folder: folder.at('objects'), linkBase: `${origin}${linkPath}`, linkKey })
  return {
    catalog,
    objects,
    uploads: localUploads({ folder: folder.at('uploads'), objects, uploadBase: `${origin}${uploadPath}`, linkKey }),
    secrets: localSecrets({ folder: folder.at('secrets'), keyFile: folder.at('secrets.key') }),
    registry: localRegistry({ folder: folder.at('tables'), objects: folder.at('objects') }),
    bus: localBus({ file: folder.at('events.ndjson') }),
    linkKey,
    close: () => catalog.close(),
  }
}

/** The whole world of this machine: the stores, the door to the network with its rules, and the work in progress. */
export function makeWorld(
  { catalog: kept, secrets, objects, uploads, bus, registry }: Stores,
  { allow, log }: { readonly allow: readonly AllowRule[]; readonly log: Log },
): WholeWorld & { readonly runs: LocalRuns; readonly exports: LocalExports; readonly schedules: Waking } {
  const egress = createEgress({ allow })
  const catalog = watchOutbox(kept, () => schedules.deliveries.wake())
  const sources = createSources({ kinds, catalog, secrets, egress })
  const uploaded = async () => uploadedFiles(objects)
  const copying = createSources({ kinds, catalog, secrets, egress, uploaded })
  const runs = createLocalRuns({ catalog, objects, sources: copying }, log)
  const exports = createLocalExports({ catalog, objects, sources }, log)
  const events = { ...bus, ...createReceivers({ secrets, egress }) }
  const schedules = createWaking({ catalog, objects, runs, events, registry }, log)
  return { catalog, secrets, objects, uploads, sources, runs, exports, schedules, events, registry }
}

/** Throws BadStart where the folder is of a newer version. */
function openCatalog(folder: DataFolder) {
  try {
    return localCatalog({ file: folder.at('catalog.sqlite') })
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    throw new BadStart(`The data folder ${folder.path} cannot be opened: ${thrown.detail} ${thrown.hint ?? ''}`, {
      cause: thrown,
    })
  }
}

async function readOrMakeLinkKey(file: string): Promise<Uint8Array> {
  const kept = await readFile(file).catch(() => undefined)
  if (kept?.length === 32) return kept
  const made = randomBytes(32)
  await writeFile(file, made, { mode: 0o600 })
  return made
}
