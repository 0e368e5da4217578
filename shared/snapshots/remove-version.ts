import { Fault, isFault } from '../domain/faults.ts'
import type { DatasetRecord, VersionRecord } from '../domain/snapshot.ts'
import { datasets, datasetUids, versionsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { prefixOf, versionId } from './keys.ts'
import { liveKeys, prefixOfAttempt } from './live-parts.ts'
import { findDataset } from './read-version.ts'
import { tellVersion } from './tell.ts'

type Writing = World<{ catalog: 'write'; objects: 'write' }>

/**
 * Deletes a version: its record first, so that nobody finds it any more, then its objects. A dataset that pointed at it
 * points at the newest one left. `mayGo` is asked about what the deletion is then bound to: what changes meanwhile is
 * asked about again; what it throws is thrown. Faults: not-found.
 */
export async function removeVersion(
  world: Writing,
  nameOrUid: string,
  version: number,
  mayGo: (version: VersionRecord, pointer: DatasetRecord) => void = refusePinned,
): Promise<void> {
  const { dataset, record } = await unlist(world, nameOrUid, version, mayGo)
  const own = prefixOf(record.manifest)
  for (const prefix of [own, ...record.reuses.map((name) => prefixOfAttempt(own, name))])
    await deleteUnder(world, prefix, await liveKeys(world, dataset, prefix))
}

function refusePinned({ version, pinned }: VersionRecord, { name }: DatasetRecord): void {
  if (!pinned) return
  throw new Fault('conflict', `Version ${version} of ${name} is pinned.`, {
    hint: 'Unpin it first: POST …/pin with `"pinned": false`.',
  })
}

/**
 * Deletes a dataset with all its versions. Its datasource stays. Faults: not-found, precondition-failed where the
 * record's revision is not the expected one.
 */
export async function removeDataset(world: Writing, nameOrUid: string, expected?: number): Promise<void> {
  const found = await findDataset(world, nameOrUid)
  const { name, uid } = found.value
  if (expected !== undefined && expected !== found.revision)
    throw new Fault('precondition-failed', `The dataset ${name} has changed since it was read.`, {
      hint: 'Read it again before you delete it.',
    })
  for (;;) {
    const { revision } = await findDataset(world, uid)
    const { entries } = await world.catalog.list(versionsOf(name), { limit: 100 })
    for (const { value } of entries)
      await removeVersion(world, uid, value.version, () => {}).catch((thrown) => {
        if (!isFault(thrown, 'not-found')) throw thrown
      })
    if (entries.length > 0) continue
    try {
      await world.catalog.write([
        { delete: datasets, id: name, revision },
        { delete: datasetUids, id: uid },
        tellVersion(name, null),
      ])
      return
    } catch (thrown) {
      // a version was published meanwhile
      if (!isFault(thrown, 'precondition-failed')) throw thrown
    }
  }
}

/** The record of the version that nobody finds any more, and its dataset. */
async function unlist(
  world: Writing,
  nameOrUid: string,
  version: number,
  mayGo: (version: VersionRecord, pointer: DatasetRecord) => void,
): Promise<{ readonly dataset: string; readonly record: VersionRecord }> {
  for (;;) {
    const { value: pointer, revision } = await findDataset(world, nameOrUid)
    const versions = versionsOf(pointer.name)
    const found = await world.catalog.get(versions, versionId(version))
    if (found === undefined) throw new Fault('not-found', `${pointer.name} has no version ${version}.`)
    mayGo(found.value, pointer)
    const next = pointer.latest === version ? await newestBut(world, pointer.name, version) : undefined
    const latest = pointer.latest === version ? (next?.value.version ?? null) : pointer.latest
    const value = { ...pointer, latest, updated: new Date().toISOString() }
    try {
      await world.catalog.write([
        { replace: datasets, id: pointer.name, value, revision },
        { delete: versions, id: versionId(version), revision: found.revision },
        // the one that is read now is not let go, whoever was about to
        ...(next ? [{ replace: versions, ...next, value: { ...next.value, expires: null } }] : []),
        ...(latest === pointer.latest ? [] : [tellVersion(pointer.name, latest)]),
      ])
      return { dataset: pointer.name, record: found.value }
    } catch (thrown) {
      if (!isFault(thrown, 'precondition-failed') && !isFault(thrown, 'not-found')) throw thrown
    }
  }
}

async function newestBut({ catalog }: World<{ catalog: 'read' }>, dataset: string, version: number) {
  const { entries } = await catalog.list(versionsOf(dataset), { limit: 2, descending: true })
  return entries.find(({ value }) => value.version !== version)
}

/** What is under an attempt's prefix, but for the parts that other versions share. */
async function deleteUnder(
  { objects }: World<{ objects: 'write' }>,
  prefix: string,
  isLive: (key: string) => boolean,
): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = await objects.list(prefix, { limit: 1000, ...(after && { after }) })
    for (const { key } of page.objects) if (!isLive(key)) await objects.delete(key)
    if (page.next === null) return
    after = page.next
  }
}
