import type { Batch } from '../domain/batch.ts'
import type { Incremental } from '../domain/datasource.ts'
import type { Increment } from '../domain/increment.ts'
import { type KeyDigests, newKeyDigests } from '../domain/key-digest.ts'
import type { Manifest, Part } from '../domain/snapshot.ts'
import type { World } from '../ports/index.ts'
import { type Base, findBase } from './base-version.ts'
import type { Continuation } from './continue-version.ts'
import { describeColumns, type Extracting } from './extract-partition.ts'
import { addDigest, bucketOf, type RowKeys } from './key-digests.ts'
import { type KeySet, newKeySet } from './key-set.ts'
import { differingBuckets, dropRows, findGone, type Gone, type IsGone, keysOf } from './merge-parts.ts'
import { openLeased } from './open-leased.ts'
import { newPartWriter, type PartWriter } from './part-writer.ts'
import type { Plan } from './plan-snapshot.ts'
import { Anew } from './read-anew.ts'
import { askOf, extractedOf, readIncrement, writeIncrement } from './read-increment.ts'
import { boundReuse } from './reuse-parts.ts'

/** So many changed keys are held in memory, 32 bytes each; where there are more, everything is read anew. */
const mostKeys = 2_000_000

/**
 * Reads what is new since the version that is read now, and says of which parts the next version is made: those of the
 * version before but for rows that are not as they were, and new ones. Throws `Anew` where that version is gone, where its
 * columns were others, and where the source knows its mark no more.
 */
export async function takeIncrement(
  world: World<{ catalog: 'write'; objects: 'write'; sources: 'open' }>,
  plan: Plan,
  strategy: Incremental,
  at: Extracting,
): Promise<Continuation> {
  const opened = await openLeased(world, plan.datasource, at)
  at = { ...at, signal: opened.signal }
  const writer = newPartWriter(world, plan, { partitions: 1, partition: 0, tries: at.tries }, at)
  try {
    const base = await findBase(world, plan)
    if (base === undefined) throw new Anew('The version before is gone.')
    const increment = await readIncrement(opened, askOf(strategy, base.content.increment!.mark))
    if (increment.isWhole) throw new Anew('The source tells no more what is new since the version before.')
    if (!isSameSchema(increment, base.content)) throw new Anew('The columns are not those of the version before.')
    const { continued, ...rest } = await goOn(world, { base, increment, strategy, writer, at })
    const { moved } = await boundReuse(world, plan.prefix, continued.parts)
    return { ...rest, continued: { ...continued, parts: moved } }
  } finally {
    await opened.close()
  }
}

const isSameSchema = (increment: Increment, { columns }: Manifest): boolean =>
  JSON.stringify(describeColumns(increment)) === JSON.stringify(columns)

interface Going {
  readonly base: Base
  readonly increment: Increment
  readonly strategy: Incremental
  readonly writer: PartWriter
  readonly at: Extracting
}

async function goOn(world: World<{ objects: 'read' }>, going: Going): Promise<Continuation> {
  const { base, increment, writer } = going
  const { schema, key, mark } = increment
  const { parts: before, increment: last } = base.content
  const changed = newKeySet()
  const written = await writeIncrement(increment, writer, noting(increment, changed))
  const shared = key.length === 0 ? before.filter((part) => !part.open) : await merge(world, going, changed)
  const isUnchanged =
    written.length === 0 && shared.length === before.length && shared.every((part) => before.includes(part))
  const isEmpty = written.length + shared.length === 0
  return {
    extracted: [extractedOf(increment, isEmpty ? await writer.writeNone(schema) : written)],
    continued: {
      base: { version: base.version, manifest: base.manifest },
      parts: shared,
      increment: { since: base.version, count: last!.count + 1, key: [...key], mark },
    },
    isUnchanged,
  }
}

/** The base's parts without the rows that have changed, are selected no more, or, where that is asked, were deleted. */
async function merge(
  world: World<{ objects: 'read' }>,
  { base: { content }, increment, strategy, writer, at: { signal } }: Going,
  changed: KeySet,
): Promise<readonly Part[]> {
  const { key } = increment
  const fresh = newKeyDigests()
  if (strategy.deletes) changed.each((digest) => addDigest(fresh, digest))
  await takeKeys(increment, increment.gone(), changed)
  if (changed.size === 0 && !strategy.deletes) return content.parts
  const find = async (isGone: IsGone): Promise<Found> => {
    const tally = strategy.deletes ? { counts: fresh.counts.slice(), sums: fresh.sums.slice() } : undefined
    const gone = await findGone(world, content, key, isGone, { signal, ...(tally && { tally }) })
    return { gone, keys: tally ?? fresh }
  }
  // the server digests its keys while we digest ours
  const [ours, theirs] = await Promise.all([find(changed.has), strategy.deletes ? increment.keyDigests() : undefined])
  let found = ours
  if (theirs) {
    const differing = differingBuckets(found.keys, theirs)
    if (differing.length > 0) {
      const there = newKeySet()
      await takeKeys(increment, increment.keysIn(differing), there)
      const looked = new Set(differing)
      const isLost: IsGone = (keys, row) => looked.has(bucketOf(keys.digest(row))) && !there.has(keys, row)
      found = await find((keys, row) => changed.has(keys, row) || isLost(keys, row))
      // the source has rows that nothing told of: those of a table that was filled by other means, for example
      if (differingBuckets(found.keys, theirs).length > 0) throw new Anew('The source has rows that nothing told of.')
    }
  }
  return await dropRows(world, content, found.gone, { writer, signal })
}

interface Found {
  readonly gone: Gone
  /** Of the rows that the next version will have. */
  readonly keys: KeyDigests
}

/** The same batches, while the keys of their rows are added. */
function noting({ schema, key }: Increment, keys: KeySet): (batches: AsyncIterable<Batch>) => AsyncIterable<Batch> {
  if (key.length === 0) return (batches) => batches
  const keysIn = keysOf(schema, key)
  return async function* (batches) {
    for await (const batch of batches) {
      addKeys(keysIn(batch), batch.rows, keys)
      yield batch
    }
  }
}

async function takeKeys({ schema, key }: Increment, batches: AsyncIterable<Batch>, keys: KeySet): Promise<void> {
  const keysIn = keysOf(
    key.map((name) => schema.find((field) => field.name === name)!),
    key,
  )
  for await (const batch of batches) addKeys(keysIn(batch), batch.rows, keys)
}

function addKeys(of: RowKeys, rows: number, keys: KeySet): void {
  for (let row = 0; row < rows; row++) keys.add(of, row)
  if (keys.size > mostKeys) throw new Anew('More rows have changed than can be merged.')
}
