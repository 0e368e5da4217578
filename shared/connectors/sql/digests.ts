import { type KeyDigests, newKeyDigests } from '../../domain/key-digest.ts'

/** What a statement told of each bucket of keys: its number, how many keys, and the sum of their digests. */
export function digestsOf(rows: readonly (readonly (string | null)[])[]): KeyDigests {
  const { counts, sums } = newKeyDigests()
  for (const [bucket, count, sum] of rows) {
    counts[Number(bucket)] = Number(count)
    sums[Number(bucket)] = BigInt.asUintN(64, BigInt(sum!))
  }
  return { counts, sums }
}
