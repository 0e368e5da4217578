import { Fault, isFault } from '../domain/faults.ts'
import { judgeVersions, type KeepingReason } from '../domain/retention.ts'
import type { DatasetRecord, VersionRecord } from '../domain/snapshot.ts'
import type { Entry } from '../ports/catalog.ts'
import { datasets, datasources, versionsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { removeVersion } from './remove-version.ts'

export interface Retaining {
  /** Milliseconds since 1970. */
  readonly now?: number
  /** How long a version that goes can still be read, milliseconds: time to pin it. */
  readonly waitMs?: number
  /** How long who began to read it before may need to end, milliseconds: as long as the addresses of files are good. */
  readonly readMs?: number
}

const hourMs = 60 * 60 * 1000

/**
 * Does what each datasource's retention says, in two phases: a version that goes is marked with the instant from which
 * nobody may begin to read it; once that is over for so long that nobody can be reading it, it is deleted. One that is
 * to stay after all loses its mark. What somebody else changes meanwhile is left for the next time.
 */
export async function applyRetention(
  world: World<{ catalog: 'write'; objects: 'write' }>,
  { now = Date.now(), waitMs = 24 * hourMs, readMs = hourMs }: Retaining = {},
): Promise<{ readonly marked: number; readonly spared: number; readonly deleted: number }> {
  const done = { marked: 0, spared: 0, deleted: 0 }
  const isOver = ({ expires }: VersionRecord) => expires !== null && Date.parse(expires) + readMs <= now
  const mark = async (dataset: string, { id, value, revision }: Entry<VersionRecord>, expires: string | null) =>
    await world.catalog.write([{ replace: versionsOf(dataset), id, value: { ...value, expires }, revision }])
  for await (const dataset of allOf(world, datasets))
    for (const { entry, because } of await judgeDataset(world, dataset.value, now)) {
      const { version, expires } = entry.value
      try {
        if (because !== null) {
          if (expires === null) continue
          await mark(dataset.id, entry, null)
          done.spared++
        } else if (expires === null) {
          await mark(dataset.id, entry, new Date(now + waitMs).toISOString())
          done.marked++
        } else if (isOver(entry.value)) {
          await removeVersion(world, dataset.id, version, (found, pointer) => {
            if (found.pinned || pointer.latest === version || !isOver(found))
              throw new Fault('conflict', `Version ${version} of ${dataset.id} is to stay after all.`)
          })
          done.deleted++
        }
      } catch (thrown) {
        if (!isChanged(thrown)) throw thrown
      }
    }
  return done
}

/** Why each version of a dataset stays, the newest first; null for one that goes. Without a datasource all stay. */
export async function judgeDataset(
  world: World<{ catalog: 'read' }>,
  { name, latest }: Pick<DatasetRecord, 'name' | 'latest'>,
  now: number,
  retention?: Parameters<typeof judgeVersions>[1]['retention'],
): Promise<readonly { readonly entry: Entry<VersionRecord>; readonly because: KeepingReason | null }[]> {
  const policy =
    retention === undefined ? ((await world.catalog.get(datasources, name))?.value.retention ?? null) : retention
  const entries: Entry<VersionRecord>[] = []
  for await (const entry of allOf(world, versionsOf(name), true)) entries.push(entry)
  const judged = judgeVersions(
    entries.map(({ value }) => value),
    { retention: policy, read: latest, now },
  )
  return judged.map(({ because }, i) => ({ entry: entries[i]!, because }))
}

async function* allOf<T>(
  { catalog }: World<{ catalog: 'read' }>,
  collection: Parameters<typeof catalog.list<T>>[0],
  descending = false,
): AsyncGenerator<Entry<T>> {
  for (let after: string | undefined; ; ) {
    const page = await catalog.list(collection, { limit: 1000, descending, ...(after !== undefined && { after }) })
    yield* page.entries
    if (page.next === null) return
    after = page.next
  }
}

const isChanged = (thrown: unknown): boolean =>
  isFault(thrown, 'conflict') || isFault(thrown, 'precondition-failed') || isFault(thrown, 'not-found')
