import type { Batch, FieldType, Schema } from '../domain/batch.ts'
import type { KeyDigests } from '../domain/key-digest.ts'
import type { Manifest, Part } from '../domain/snapshot.ts'
import { pickRows } from '../formats/filter/pick.ts'
import type { World } from '../ports/index.ts'
import { addDigest, type DigestOf, digestKeys } from './key-digests.ts'
import type { PartWriter } from './part-writer.ts'
import { scanVersion, schemaOf } from './read-rows.ts'

/** Whether the row of a key is to go. */
export type IsGone = (digest: Buffer) => boolean

/** The digests of the keys of a batch of the schema. */
export function keysOf(schema: Schema, key: readonly string[]): (batch: Batch) => DigestOf {
  const places = key.map((name) => schema.findIndex((field) => field.name === name))
  const types: FieldType[] = places.map((place) => schema[place]!.type)
  return ({ columns }) =>
    digestKeys(
      types,
      places.map((place) => columns[place]!),
    )
}

/**
 * The parts of a version of which a row goes, by their places. `tally`: the keys of the rows that stay are added to it.
 * Reads the columns of the key, and holds a batch of them.
 */
export async function findTouched(
  world: World<{ objects: 'read' }>,
  base: Manifest,
  key: readonly string[],
  isGone: IsGone,
  { signal, tally }: { readonly signal: AbortSignal; readonly tally?: KeyDigests },
): Promise<ReadonlySet<number>> {
  const touched = new Set<number>()
  for (const [place, part] of base.parts.entries()) {
    const { schema, batches } = scanVersion(world, { ...base, parts: [part] }, { select: key, signal })
    const digests = keysOf(schema, key)
    for await (const batch of batches) {
      const digestOf = digests(batch)
      for (let row = 0; row < batch.rows; row++) {
        const digest = digestOf(row)
        if (isGone(digest)) touched.add(place)
        else if (tally) addDigest(tally, digest)
      }
      // nobody counts: one row is enough
      if (touched.has(place) && !tally) break
    }
  }
  return touched
}

/** The parts of a version without the rows that go: the untouched ones as they are, the others written anew. */
export async function dropRows(
  world: World<{ objects: 'read' }>,
  base: Manifest,
  key: readonly string[],
  isGone: IsGone,
  { touched, writer, signal }: { touched: ReadonlySet<number>; writer: PartWriter; signal: AbortSignal },
): Promise<readonly Part[]> {
  const schema = schemaOf(base)
  const parts: Part[] = base.parts.filter((_, place) => !touched.has(place))
  if (touched.size === 0) return parts
  const rewritten = base.parts.filter((_, place) => touched.has(place))
  const { batches } = scanVersion(world, { ...base, parts: rewritten }, { signal })
  return [...parts, ...(await writer.write(schema, staying(schema, batches, keysOf(schema, key), isGone)))]
}

async function* staying(
  schema: Schema,
  batches: AsyncIterable<Batch>,
  digests: (batch: Batch) => DigestOf,
  isGone: IsGone,
): AsyncGenerator<Batch> {
  let index = new Int32Array(0)
  for await (const batch of batches) {
    if (index.length < batch.rows) index = new Int32Array(batch.rows)
    const digestOf = digests(batch)
    let count = 0
    for (let row = 0; row < batch.rows; row++) if (!isGone(digestOf(row))) index[count++] = row
    if (count === batch.rows) yield batch
    else if (count > 0) yield pickRows(schema, batch.columns, index, count)
  }
}

/** The buckets in which two sets of keys differ. */
export const differingBuckets = (a: KeyDigests, b: KeyDigests): number[] =>
  Array.from(a.counts.keys()).filter(
    (bucket) => a.counts[bucket] !== b.counts[bucket] || a.sums[bucket] !== b.sums[bucket],
  )
