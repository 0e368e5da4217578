import { Fault } from '../domain/faults.ts'
import type { Manifest } from '../domain/snapshot.ts'
import { type Continued, fromNothing } from './continued.ts'
import type { Extracted } from './extract-partition.ts'
import type { Plan } from './plan-snapshot.ts'

/** What was extracted by a plan, to become a version. */
export interface Publication {
  readonly plan: Plan
  readonly extracted: readonly Extracted[]
  readonly continued?: Continued
  /** Of what was read of a group on one connection: when its moment began. */
  readonly moment?: string | undefined
}

/** The manifest of a publication but for its version. Fault source-changed where its partitions have other columns each. */
export function draftManifest({
  plan,
  extracted,
  continued: { parts: shared, increment } = fromNothing,
}: Publication): Omit<Manifest, 'version' | 'published' | 'group'> {
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
