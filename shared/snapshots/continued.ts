import { isDeepStrictEqual } from 'node:util'
import { Fault } from '../domain/faults.ts'
import type { IncrementInfo, Part } from '../domain/snapshot.ts'
import { versionsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { versionId } from './keys.ts'

/** A version whose parts another one shares: its number, and its manifest's key, since a deleted dataset begins anew at 1. */
export interface BaseVersion {
  readonly version: number
  readonly manifest: string
}

/** What a version has of the one before, and how the next goes on from it. Plain JSON. */
export interface Continued {
  /** Null where no parts are shared. */
  readonly base: BaseVersion | null
  /** Come before those that were extracted. */
  readonly parts: readonly Part[]
  readonly increment: IncrementInfo | null
}

export const fromNothing: Continued = { base: null, parts: [], increment: null }

/** What all partitions say. Fault source-changed where the next version would not go on from one place. */
export function agreed(all: readonly Continued[]): Continued {
  const [first = fromNothing] = all
  if (all.every((each) => isDeepStrictEqual(each, first))) return first
  throw new Fault('source-changed', 'The source was made anew while it was read.', { hint: 'Take the snapshot again.' })
}

/**
 * Makes sure that the base is there. To be asked after the dataset's record was read that publishing then replaces: who
 * deletes a version replaces that record too, so that of the two one sees the other. Fault source-changed.
 */
export async function checkBase(
  { catalog }: World<{ catalog: 'read' }>,
  dataset: string,
  base: BaseVersion | null,
): Promise<void> {
  if (base === null) return
  const found = await catalog.get(versionsOf(dataset), versionId(base.version))
  if (found?.value.manifest === base.manifest) return
  throw new Fault('source-changed', `Version ${base.version}, from which this one goes on, was deleted meanwhile.`, {
    hint: 'Take the snapshot again.',
  })
}
