import { createHash } from 'node:crypto'
import type { ConnectorRecord } from '../domain/connector.ts'
import { type DatasourceRecord, isIncremental } from '../domain/datasource.ts'
import type { World } from '../ports/index.ts'
import type { OpenSource } from '../ports/sources.ts'
import { goesOn } from './continue-version.ts'
import { openLeased } from './open-leased.ts'
import type { Pace } from './pace.ts'
import type { Plan } from './plan-snapshot.ts'

/** Raised when the same data would be written otherwise than before: then nothing counts as unchanged. */
const engine = 1

/**
 * The kind's evidence, and everything else that decides what a version holds. Null where the datasource does not ask for
 * it, or the kind cannot tell.
 */
export async function fingerprintOf(
  { connection, selection, record }: { connection: OpenSource; selection: unknown; record: ConnectorRecord },
  datasource: DatasourceRecord,
): Promise<string | null> {
  // what goes on from the version before asks the source for less than all anyway
  if (goesOn({ datasource }) || (!datasource.skipUnchanged && !datasource.reuseUnchanged)) return null
  const evidence = (await connection.fingerprint?.(selection)) ?? null
  return evidence === null ? null : digest([basisOf(record, datasource), evidence])
}

/** Digest of what decides how a version is copied: the source, the selection, the strategy, the form of its parts. */
export function basisOf(
  { uid, kind, config }: ConnectorRecord,
  { selection, format, compression, strategy }: DatasourceRecord,
): string {
  // how often everything is read again changes nothing of what is read
  const how = isIncremental(strategy) ? { ...strategy, fullEvery: 0 } : strategy
  return digest([engine, uid, kind, config, selection, format, compression, how])
}

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')

/**
 * The fingerprint that the version of a plan may carry: null where the source changed while it was copied, because then
 * nobody knows which of its states the copy is of.
 */
export async function confirmFingerprint(
  world: World<{ catalog: 'write'; sources: 'open' }>,
  { datasource, fingerprint }: Plan,
  at: { readonly pace: Pace; readonly signal: AbortSignal },
): Promise<string | null> {
  if (fingerprint === null) return null
  const opened = await openLeased(world, datasource, at)
  try {
    return (await fingerprintOf(opened, datasource)) === fingerprint ? fingerprint : null
  } finally {
    await opened.close()
  }
}
