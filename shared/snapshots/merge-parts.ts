import type { Batch, FieldType, Schema } from '../domain/batch.ts'
import type { KeyDigests } from '../domain/key-digest.ts'
import type { Manifest, Part } from '../domain/snapshot.ts'
import { sliceRows } from '../formats/slice.ts'
import type { World } from '../ports/index.ts'
import { addDigest, digestKeys, type RowKeys } from './key-digests.ts'
import type { PartWriter } from './part-writer.ts'
import { Anew } from './read-anew.ts'
import { scanVersion, schemaOf } from './read-rows.ts'

/** Whether a row is to go. */
export type IsGone = (keys: RowKeys, row: number) => boolean

/** The rows that go, from the part's first on and in order, by the places of their parts; of others none go. */
export type Gone = ReadonlyMap<number, readonly number[]>

/** So many rows that go are held in memory, 8 bytes each; where there are more, everything is read anew. */
const mostGone = 8_000_000

/** The keys of a batch of the schema. */
export function keysOf(schema: Schema, key: readonly string[]): (batch: Batch) => RowKeys {
  const places = key.map((name) => schema.findIndex((field) => field.name === name))
  const types: FieldType[] = places.map((place) => schema[place]!.type)
  return ({ columns }) =>
    digestKeys(
      types,
      places.map((place) => columns[place]!),
    )
}

/**
 * The rows of a version that go. `tally`: the keys of the rows that stay are added to it. Reads the columns of the key, and
 * holds a batch of them.
 */
export async function findGone(
  world: World<{ objects: 'read' }>,
  base: Manifest,
  key: readonly string[],
  isGone: IsGone,
  { signal, tally }: { readonly signal: AbortSignal; readonly tally?: KeyDigests },
): Promise<Gone> {
  const gone = new Map<number, number[]>()
  let left = mostGone
  for (const [place, part] of base.parts.entries()) {
    const { schema, batches } = scanVersion(world, { ...base, parts: [part] }, { select: key, signal })
    const keysIn = keysOf(schema, key)
    const rows: number[] = []
    let before = 0
    for await (const batch of batches) {
      const keys = keysIn(batch)
      for (let row = 0; row < batch.rows; row++)
        if (isGone(keys, row)) rows.push(before + row)
        else if (tally) addDigest(tally, keys.digest(row))
      before += batch.rows
    }
    if (rows.length > 0) gone.set(place, rows)
    left -= rows.length
    if (left < 0) throw new Anew('More rows have gone than can be merged.')
  }
  return gone
}

/** The parts of a version without the rows that go: those that lose none as they are, the others written anew. */
export async function dropRows(
  world: World<{ objects: 'read' }>,
  base: Manifest,
  gone: Gone,
  { writer, signal }: { readonly writer: PartWriter; readonly signal: AbortSignal },
): Promise<readonly Part[]> {
  const parts: Part[] = base.parts.filter((_, place) => !gone.has(place))
  if (gone.size === 0) return parts
  return [...parts, ...(await writer.write(schemaOf(base), staying(world, base, gone, signal)))]
}

async function* staying(
  world: World<{ objects: 'read' }>,
  base: Manifest,
  gone: Gone,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  for (const [place, rows] of gone) {
    let before = 0
    let next = 0
    const { schema, batches } = scanVersion(world, { ...base, parts: [base.parts[place]!] }, { signal })
    for await (const batch of batches) {
      let from = 0
      for (; rows[next]! < before + batch.rows; next++) {
        const to = rows[next]! - before
        if (to > from) yield sliceRows(schema, batch.columns, from, to)
        from = to + 1
      }
      if (batch.rows > from) yield sliceRows(schema, batch.columns, from, batch.rows)
      before += batch.rows
    }
  }
}

/** The buckets in which two sets of keys differ. */
export const differingBuckets = (a: KeyDigests, b: KeyDigests): number[] =>
  Array.from(a.counts.keys()).filter(
    (bucket) => a.counts[bucket] !== b.counts[bucket] || a.sums[bucket] !== b.sums[bucket],
  )
