import { setTimeout } from 'node:timers/promises'
import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/snapshots.ts'
import { isEnded } from '../domain/snapshot.ts'
import type { World } from '../ports/index.ts'
import { findSnapshot } from '../snapshots/run-record.ts'

const lookEveryMs = 300

export const watchSnapshot: UseCase<typeof api.watchSnapshot> = async (world, { id, signal }) => ({
  stream: changesOf(world, id, signal),
  headers: { 'content-type': 'application/x-ndjson' },
})

/** The record as a line whenever it has changed, and at once; the last line is of its end. */
async function* changesOf(
  world: World<{ catalog: 'read' }>,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let seen = 0; ; ) {
    const { value, revision } = await findSnapshot(world, id)
    if (revision !== seen) yield Buffer.from(`${JSON.stringify(value)}\n`)
    if (isEnded(value.state)) return
    seen = revision
    await setTimeout(lookEveryMs, undefined, { signal })
  }
}
