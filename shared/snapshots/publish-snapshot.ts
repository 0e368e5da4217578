import { Fault, isFault } from '../domain/faults.ts'
import { type DatasetRecord, Manifest, type SnapshotRecord } from '../domain/snapshot.ts'
import type { Change, Entry } from '../ports/catalog.ts'
import type { World } from '../ports/index.ts'
import { datasets, datasetUids, versionsOf } from '../ports/records.ts'
import type { Extracted } from './extract-partition.ts'
import { manifestKey, versionId } from './keys.ts'
import { type Clock, instant } from './pace.ts'
import type { Plan } from './plan-snapshot.ts'
import { readManifest } from './read-version.ts'
import { ended, findSnapshot, isHeld, replaceSnapshot } from './run-record.ts'
import { ulid } from './ulid.ts'

const triesAtMost = 50

/**
 * Makes a version of what was extracted: the manifest by a conditional put, then the version, the dataset's pointer
 * and the end of the snapshot in one transaction. Readers see all of it or nothing. May be called again after any
 * failure: a snapshot is published once. Faults: cancelled, conflict where the claim is lost, busy.
 */
export async function publishSnapshot(
  world: World<{ catalog: 'write'; objects: 'write' }>,
  plan: Plan,
  extracted: readonly Extracted[],
  { clock }: { clock: Clock },
): Promise<{ readonly version: number }> {
  const { snapshot, attempt } = plan.claim
  const content = combine(plan, extracted)
  for (let tries = 0; tries < triesAtMost; tries++) {
    const run = await findSnapshot(world, snapshot)
    if (run.value.version !== null && run.value.attempt === attempt) return { version: run.value.version }
    if (!isHeld(run.value, attempt)) throw new Fault('conflict', 'Another worker has taken this snapshot over.')
    if (run.value.cancelRequested) throw new Fault('cancelled', 'The snapshot was cancelled.')
    const dataset = await world.catalog.get(datasets, plan.datasource.name)
    const version = (dataset?.value.highest ?? 0) + 1
    const manifest = await putManifest(world, plan.prefix, { ...content, version, published: instant(clock.now()) })
    try {
      await world.catalog.write(changes(plan, manifest, dataset, run))
      return { version }
    } catch (thrown) {
      if (!isOvertaken(thrown)) throw thrown
    }
  }
  throw new Fault('busy', `The dataset ${plan.datasource.name} is being changed all the time.`, { retryAfter: 5 })
}

function combine(plan: Plan, extracted: readonly Extracted[]): Omit<Manifest, 'version' | 'published'> {
  const [first, ...others] = extracted
  if (first === undefined) throw new Fault('internal', 'A plan without partitions cannot be published.')
  const described = JSON.stringify([first.shape, first.columns])
  if (others.some(({ shape, columns }) => JSON.stringify([shape, columns]) !== described))
    throw new Fault('source-changed', 'The columns changed while they were read.', { hint: 'Take the snapshot again.' })
  const parts = extracted.flatMap((one) => one.parts)
  const { datasource } = plan
  return {
    manifest: 1,
    dataset: datasource.name,
    snapshot: plan.claim.snapshot,
    datasource: datasource.name,
    connector: datasource.connector,
    kind: datasource.kind,
    selection: datasource.selection,
    shape: first.shape,
    format: datasource.format,
    columns: [...first.columns],
    parts,
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    fingerprint: plan.fingerprint,
    consistency: extracted.every(({ consistency }) => consistency === 'snapshot') ? 'snapshot' : 'none',
    lossyRules: [],
    started: plan.started,
    requestedBy: plan.requestedBy,
  }
}

/** The manifest as it is kept: an earlier try of this attempt may have written it already. */
async function putManifest({ objects }: World<{ objects: 'write' }>, prefix: string, manifest: Manifest) {
  const key = manifestKey(prefix, manifest.version)
  try {
    const bytes = Buffer.from(JSON.stringify(Manifest.parse(manifest)))
    await objects.put(key, bytes, { ifAbsent: true, contentType: 'application/json' })
    return { key, manifest }
  } catch (thrown) {
    if (!isFault(thrown, 'precondition-failed')) throw thrown
    return { key, manifest: await readManifest({ objects }, key) }
  }
}

function changes(
  { claim, datasource }: Plan,
  { key, manifest }: { key: string; manifest: Manifest },
  dataset: Entry<DatasetRecord> | undefined,
  run: Entry<SnapshotRecord>,
): Change[] {
  const { version, snapshot, rows, bytes, shape, format, published, requestedBy } = manifest
  const pointer: DatasetRecord = {
    uid: dataset?.value.uid ?? `set_${ulid()}`,
    name: datasource.name,
    title: datasource.title,
    latest: version,
    highest: version,
    updated: published,
  }
  return [
    {
      create: versionsOf(datasource.name),
      id: versionId(version),
      value: { version, snapshot, manifest: key, rows, bytes, shape, format, published, requestedBy },
    },
    ...(dataset === undefined
      ? [
          { create: datasets, id: datasource.name, value: pointer },
          { create: datasetUids, id: pointer.uid, value: { name: pointer.name } },
        ]
      : [{ replace: datasets, id: datasource.name, value: pointer, revision: dataset.revision }]),
    replaceSnapshot(
      claim.snapshot,
      { ...run.value, ...ended(published), state: 'done', version, rows, bytes, percent: 100, error: null },
      run.revision,
    ),
  ]
}

/** Somebody changed one of the records first: the pointer, or the snapshot's own. */
const isOvertaken = (thrown: unknown): boolean =>
  isFault(thrown, 'conflict') || isFault(thrown, 'precondition-failed') || isFault(thrown, 'not-found')
