import { createHash } from 'node:crypto'
import type { ConnectorRecord } from '../domain/connector.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { isFault } from '../domain/faults.ts'
import type { World } from '../ports/index.ts'
import type { OpenSource } from '../ports/sources.ts'
import { openLeased } from './open-leased.ts'
import type { Pace } from './pace.ts'
import type { Plan } from './plan-snapshot.ts'
import { openVersion } from './read-version.ts'

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
  if (!datasource.skipUnchanged) return null
  const evidence = (await connection.fingerprint?.(selection)) ?? null
  if (evidence === null) return null
  const { uid, kind, config } = record
  const whole = [engine, uid, kind, config, datasource.selection, datasource.format, datasource.strategy, evidence]
  return createHash('sha256').update(JSON.stringify(whole)).digest('hex')
}

/** Whether the version that is read now holds what the plan would copy. */
export async function isUnchanged(
  world: World<{ catalog: 'read'; objects: 'read' }>,
  { datasource, fingerprint }: Plan,
): Promise<boolean> {
  if (fingerprint === null) return false
  try {
    return (await openVersion(world, datasource.name)).fingerprint === fingerprint
  } catch (thrown) {
    if (isFault(thrown, 'not-found')) return false
    throw thrown
  }
}

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
