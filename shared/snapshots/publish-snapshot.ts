import { Fault, isFault } from '../domain/faults.ts'
import type { SchemaChange } from '../domain/schema-change.ts'
import { type DatasetRecord, Manifest, type SnapshotRecord } from '../domain/snapshot.ts'
import { uploadKind } from '../domain/uploaded-file.ts'
import type { Change, Entry } from '../ports/catalog.ts'
import { datasets, datasetUids, versionsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { checkDrift } from './check-drift.ts'
import { type Continued, checkBase, fromNothing } from './continued.ts'
import type { Extracted } from './extract-partition.ts'
import { manifestKey, versionId } from './keys.ts'
import { reusedAttempts } from './live-parts.ts'
import { type Clock, instant } from './pace.ts'
import type { Plan } from './plan-snapshot.ts'
import { readManifest } from './read-version.ts'
import { changeRun, ended, findSnapshot, isHeld, replaceSnapshot } from './run-record.ts'
import { tellEnd, tellVersion } from './tell.ts'
import { ulid } from './ulid.ts'

const triesAtMost = 50

/**
 * Makes a version of what was extracted: the manifest by a conditional put, then the version, the dataset's pointer
 * and the end of the snapshot in one transaction. Readers see all of it or nothing. May be called again after any
 * failure: a snapshot is published once. Faults: cancelled, conflict where the claim is lost, columns-changed, busy.
 */
export async function publishSnapshot(
  world: World<{ catalog: 'write'; objects: 'write' }>,
  plan: Plan,
  extracted: readonly Extracted[],
  { clock, continued = fromNothing }: { clock: Clock; continued?: Continued },
): Promise<{ readonly version: number }> {
  const content = combine(plan, extracted, continued)
  const note = (drift: SchemaChange[]) => changeRun(world, plan.claim, () => ({ drift }))
  let kept: Kept | undefined
  for (let tries = 0; tries < triesAtMost; tries++) {
    const early = await claimedRun(world, plan)
    if (early.value.version !== null) return { version: early.value.version }
    const dataset = await world.catalog.get(datasets, plan.datasource.name)
    const drift =
      dataset === undefined ? null : await checkDrift(world, plan, dataset.value, content, note).catch(overtaken)
    if (drift === 'overtaken') continue
    const version = (dataset?.value.highest ?? 0) + 1
    if (kept?.manifest.version !== version)
      kept = await putManifest(world, plan.prefix, { ...content, version, published: instant(clock.now()) })
    // once more: its worker's signs of life change the record, and a put may take longer than two of them lie apart
    const run = await claimedRun(world, plan)
    if (run.value.version !== null) return { version: run.value.version }
    await checkBase(world, plan.datasource.name, continued.base)
    try {
      await world.catalog.write(changes(plan, { ...kept, drift }, dataset, run))
      return { version }
    } catch (thrown) {
      if (!isOvertaken(thrown)) throw thrown
    }
  }
  throw new Fault('busy', `The dataset ${plan.datasource.name} is being changed all the time.`, { retryAfter: 5 })
}

function combine(
  plan: Plan,
  extracted: readonly Extracted[],
  { parts: shared, increment }: Continued,
): Omit<Manifest, 'version' | 'published'> {
  const [first, ...others] = extracted
  if (first === undefined) throw new Fault('internal', 'A plan without partitions cannot be published.')
  const described = JSON.stringify([first.shape, first.columns])
  if (others.some(({ shape, columns }) => JSON.stringify([shape, columns]) !== described))
    throw new Fault('source-changed', 'The columns changed while they were read.', { hint: 'Take the snapshot again.' })
  const parts = [...shared, ...extracted.flatMap((one) => one.parts)]
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
    compression: datasource.compression,
    columns: [...first.columns],
    parts,
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    fingerprint: plan.fingerprint,
    basis: plan.basis,
    increment,
    // partitions that are of one moment each are not of one moment together, but by a view
    consistency:
      extracted.every(({ consistency }) => consistency === 'snapshot') && (extracted.length === 1 || plan.isShared)
        ? 'snapshot'
        : 'none',
    lossyRules: [],
    started: plan.started,
    requestedBy: plan.requestedBy,
  }
}

/** The snapshot's record, if this attempt may publish it or has done so. Faults: cancelled, conflict. */
async function claimedRun(world: World<{ catalog: 'read' }>, { claim }: Plan): Promise<Entry<SnapshotRecord>> {
  const run = await findSnapshot(world, claim.snapshot)
  if (run.value.version !== null && run.value.attempt === claim.attempt) return run
  if (!isHeld(run.value, claim.attempt)) throw new Fault('conflict', 'Another worker has taken this snapshot over.')
  if (run.value.cancelRequested) throw new Fault('cancelled', 'The snapshot was cancelled.')
  return run
}

interface Kept {
  readonly key: string
  readonly manifest: Manifest
}

/** The manifest as it is kept: an earlier try of this attempt may have written it already. */
async function putManifest(
  { objects }: World<{ objects: 'write' }>,
  prefix: string,
  manifest: Manifest,
): Promise<Kept> {
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
  { claim, datasource, prefix }: Plan,
  { key, manifest, drift }: Kept & { readonly drift: SnapshotRecord['drift'] },
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
    origin: datasource.kind === uploadKind ? 'upload' : 'datasource',
    updated: published,
  }
  const done: SnapshotRecord = {
    ...run.value,
    ...ended(published),
    state: 'done',
    version,
    rows,
    bytes,
    percent: 100,
    error: null,
    drift,
  }
  return [
    {
      create: versionsOf(datasource.name),
      id: versionId(version),
      value: {
        version,
        snapshot,
        manifest: key,
        rows,
        bytes,
        shape,
        format,
        published,
        requestedBy,
        pinned: false,
        reuses: reusedAttempts(
          manifest.parts.map(({ key }) => key),
          prefix,
        ),
        expires: null,
      },
    },
    ...(dataset === undefined
      ? [
          { create: datasets, id: datasource.name, value: pointer },
          { create: datasetUids, id: pointer.uid, value: { name: pointer.name } },
        ]
      : [{ replace: datasets, id: datasource.name, value: pointer, revision: dataset.revision }]),
    ...tellEnd(done),
    tellVersion(datasource.name, version),
    replaceSnapshot(claim.snapshot, done, run.revision),
  ]
}

/** The version before was deleted while its manifest was read: then there is another pointer. */
function overtaken(thrown: unknown): 'overtaken' {
  if (isFault(thrown, 'not-found')) return 'overtaken'
  throw thrown
}

/** Somebody changed one of the records first: the pointer, or the snapshot's own. */
const isOvertaken = (thrown: unknown): boolean =>
  isFault(thrown, 'conflict') || isFault(thrown, 'precondition-failed') || isFault(thrown, 'not-found')
