import { Fault, isFault } from '../domain/faults.ts'
import type { SchemaChange } from '../domain/schema-change.ts'
import { Manifest, type ManifestGroup, type SnapshotRecord } from '../domain/snapshot.ts'
import type { Entry } from '../ports/catalog.ts'
import { datasets } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { checkDrift } from './check-drift.ts'
import { checkBase } from './continued.ts'
import { draftManifest, type Publication } from './draft-manifest.ts'
import { momentOf } from './hold-view.ts'
import { manifestKey } from './keys.ts'
import { type Clock, instant } from './pace.ts'
import type { Plan } from './plan-snapshot.ts'
import { publishing, type Ready } from './publishing.ts'
import { readManifest } from './read-version.ts'
import { changeRun, findSnapshot, isHeld } from './run-record.ts'
import { firstOf } from './together.ts'

type Publishing = World<{ catalog: 'write'; objects: 'write' }>

const triesAtMost = 50

/**
 * Makes a version of what was extracted of each plan: the manifests by conditional puts, then in one transaction the
 * versions, the datasets' pointers and the ends of the snapshots. Readers see all of it or nothing. May be called again
 * after any failure: snapshots are published once. Gives the versions' numbers. Faults: cancelled, conflict where the claim
 * is lost, columns-changed, busy.
 */
export async function publishTogether(
  world: Publishing,
  publications: readonly Publication[],
  { clock }: { readonly clock: Clock },
): Promise<readonly number[]> {
  const group = await groupOf(world, publications)
  const drafts = publications.map((each): Draft => ({ ...each, content: { ...draftManifest(each), group } }))
  for (let tries = 0; tries < triesAtMost; tries++) {
    const now = instant(clock.now())
    const ready = []
    for (const draft of drafts) ready.push(await prepare(world, draft, now))
    const published = ready.filter((each) => typeof each === 'number')
    if (published.length === drafts.length) return published
    const written = ready.filter((each) => typeof each === 'object')
    if (written.length < drafts.length) continue
    // last of all: signs of life change them, and preparing all may take longer than two of those lie apart
    const runs = await Promise.all(drafts.map(({ plan }) => claimedRun(world, plan)))
    if (runs.some(({ value }) => value.version !== null)) continue
    try {
      // an earlier try may have put a manifest: who reads as of an instant is given all of a group or nothing even so
      const at = written.map(({ manifest }) => manifest.published).reduce((a, b) => (a > b ? a : b))
      await world.catalog.write(written.flatMap((each, i) => publishing({ ...each, run: runs[i]! }, at)))
      return written.map(({ manifest }) => manifest.version)
    } catch (thrown) {
      if (!isOvertaken(thrown)) throw thrown
    }
  }
  const names = publications.map(({ plan }) => plan.datasource.name).join(', ')
  throw new Fault('busy', `What is to be published is being changed all the time: ${names}.`, { retryAfter: 5 })
}

/** One publication on its way: its manifest is kept as soon as it is put. */
interface Draft extends Publication {
  readonly content: Omit<Manifest, 'version' | 'published'>
  kept?: Pick<Ready, 'key' | 'manifest'>
}

/**
 * Puts the manifest, and reads what is to be changed. The version's number where it is published already; `overtaken` where
 * the dataset changes meanwhile.
 */
async function prepare(
  world: Publishing,
  draft: Draft,
  published: string,
): Promise<number | 'overtaken' | Omit<Ready, 'run'>> {
  const { plan, content, continued } = draft
  const early = await claimedRun(world, plan)
  if (early.value.version !== null) return early.value.version
  const note = (drift: SchemaChange[]) => changeRun(world, plan.claim, () => ({ drift }))
  const dataset = await world.catalog.get(datasets, plan.datasource.name)
  const drift =
    dataset === undefined ? null : await checkDrift(world, plan, dataset.value, content, note).catch(overtaken)
  if (drift === 'overtaken') return drift
  const version = (dataset?.value.highest ?? 0) + 1
  if (draft.kept?.manifest.version !== version)
    draft.kept = await putManifest(world, plan.prefix, { ...content, version, published })
  await checkBase(world, plan.datasource.name, continued?.base ?? null)
  return { plan, ...draft.kept, drift, dataset }
}

/** With which others the plans are of one moment; null for one that is taken alone. */
async function groupOf(
  world: World<{ catalog: 'read' }>,
  publications: readonly Publication[],
): Promise<ManifestGroup | null> {
  const claims = publications.map(({ plan }) => plan.claim)
  if (claims.length === 1) return null
  const { value } = await findSnapshot(world, claims[0]!.snapshot)
  const moment = publications[0]!.moment ?? instant(await momentOf(world, firstOf(claims[0]!)))
  return { id: value.group!, snapshots: claims.map(({ snapshot }) => snapshot), moment }
}

/** The snapshot's record, if this attempt may publish it or has done so. Faults: cancelled, conflict. */
async function claimedRun(world: World<{ catalog: 'read' }>, { claim }: Plan): Promise<Entry<SnapshotRecord>> {
  const run = await findSnapshot(world, claim.snapshot)
  if (run.value.version !== null && run.value.attempt === claim.attempt) return run
  if (!isHeld(run.value, claim.attempt)) throw new Fault('conflict', 'Another worker has taken this snapshot over.')
  if (run.value.cancelRequested) throw new Fault('cancelled', 'The snapshot was cancelled.')
  return run
}

/** The manifest as it is kept: an earlier try of this attempt may have written it already. */
async function putManifest(
  { objects }: World<{ objects: 'write' }>,
  prefix: string,
  manifest: Manifest,
): Promise<Pick<Ready, 'key' | 'manifest'>> {
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

/** The version before was deleted while its manifest was read: then there is another pointer. */
function overtaken(thrown: unknown): 'overtaken' {
  if (isFault(thrown, 'not-found')) return 'overtaken'
  throw thrown
}

/** Somebody changed one of the records first: the pointer, or the snapshot's own. */
const isOvertaken = (thrown: unknown): boolean =>
  isFault(thrown, 'conflict') || isFault(thrown, 'precondition-failed') || isFault(thrown, 'not-found')
