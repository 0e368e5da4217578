import { isFault } from '../domain/faults.ts'
import type { World } from '../ports/index.ts'
import { attemptOf, datasetsPrefix } from './keys.ts'
import { liveKeys } from './live-parts.ts'
import { findSnapshot, isHeld } from './run-record.ts'

/**
 * Deletes what attempts left that never became a version, and what a deleted version left. Spares what is younger than
 * `olderThanMs`, attempts that may still publish, and parts that another version shares.
 */
export async function sweepAttempts(
  world: World<{ catalog: 'read'; objects: 'write' }>,
  { olderThanMs, now = Date.now() }: { readonly olderThanMs: number; readonly now?: number },
): Promise<{ readonly deleted: number }> {
  let deleted = 0
  let attempt: { readonly prefix: string; readonly keeps: (key: string) => boolean } | undefined
  for (let after: string | undefined; ; ) {
    const page = await world.objects.list(datasetsPrefix, { limit: 1000, ...(after && { after }) })
    for (const { key, modified } of page.objects) {
      const of = attemptOf(key)
      if (of === undefined) continue
      if (of.prefix !== attempt?.prefix) attempt = { prefix: of.prefix, keeps: await keeper(world, of) }
      if (now - Date.parse(modified) < olderThanMs || attempt.keeps(key)) continue
      await world.objects.delete(key)
      deleted++
    }
    if (page.next === null) return { deleted }
    after = page.next
  }
}

/**
 * Which keys of an attempt stay. The snapshot is read before the versions: an attempt that has lost its claim by then
 * can publish no more, so that a version of it, if there is one, is seen.
 */
async function keeper(
  world: World<{ catalog: 'read'; objects: 'read' }>,
  of: { prefix: string; dataset: string; snapshot: string; attempt: number },
): Promise<(key: string) => boolean> {
  if (await mayPublish(world, of)) return () => true
  return await liveKeys(world, of.dataset, of.prefix)
}

async function mayPublish(world: World<{ catalog: 'read' }>, of: { snapshot: string; attempt: number }) {
  try {
    return isHeld((await findSnapshot(world, of.snapshot)).value, of.attempt)
  } catch (thrown) {
    if (isFault(thrown, 'not-found')) return false
    throw thrown
  }
}
