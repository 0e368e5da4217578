/**
 * The digest of a row's key, which a database and we compute alike: SHA-256 of the key's text, which is, of each of its
 * columns, the length in bytes, a colon, and the value as text in UTF-8 (digits of a number, a uuid with dashes).
 *
 * The first 16 bits are the bucket, the 60 bits behind them what is summed up: two sets of keys of which one lacks a key
 * differ in a bucket.
 */
export const keyBuckets = 65_536

/** How many keys there are in each bucket, and the sum of their digests modulo 2^64. */
export interface KeyDigests {
  readonly counts: Float64Array
  readonly sums: BigUint64Array
}

export const newKeyDigests = (): KeyDigests => ({
  counts: new Float64Array(keyBuckets),
  sums: new BigUint64Array(keyBuckets),
})

/** The types of columns whose text is the same everywhere. */
export const hasKeyText = (type: string): boolean => /^(int32|int64|utf8|uuid|decimal\(\d+,0\))$/.test(type)
