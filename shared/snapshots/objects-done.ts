import { isFault } from '../domain/faults.ts'
import type { Part } from '../domain/snapshot.ts'
import type { World } from '../ports/index.ts'
import { readLarge } from './keep-large.ts'
import { doneKey, type Writer } from './keys.ts'
import type { ObjectsPlan } from './plan-objects.ts'

/** What a worker has read of a partition of objects. Plain JSON. */
export interface ObjectsDone {
  /** Their names; also of those that have vanished. */
  readonly names: readonly string[]
  readonly parts: readonly Part[]
  readonly found: ObjectsPlan['found']
}

/** Keeps what was read of a partition whose worker cannot go on, for who begins it again. */
export async function keepDone(
  { objects }: World<{ objects: 'write' }>,
  { prefix, ...writer }: Writer & { readonly prefix: string },
  done: ObjectsDone,
): Promise<void> {
  if (done.names.length === 0) return
  await objects.put(doneKey(prefix, writer), Buffer.from(JSON.stringify(done)), { contentType: 'application/json' })
}

/** What was read before of a partition, by the last that could keep it. */
export async function findDone(
  world: World<{ objects: 'read' }>,
  { prefix, ...writer }: Writer & { readonly prefix: string },
): Promise<ObjectsDone | undefined> {
  for (let tries = writer.tries - 1; tries > 0; tries--)
    try {
      return await readLarge<ObjectsDone>(world, { key: doneKey(prefix, { ...writer, tries }) })
    } catch (thrown) {
      if (!isFault(thrown, 'not-found')) throw thrown
    }
  return undefined
}
