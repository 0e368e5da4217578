import type { RowKeys } from './key-digests.ts'

/** Keys by the first 16 bytes of their digests: 32 bytes a key at most and 2 MB, whatever the keys are. */
export interface KeySet {
  readonly size: number
  add(keys: RowKeys, row: number): void
  /** Mostly told without the digest where it does not have the key. */
  has(keys: RowKeys, row: number): boolean
  /** The first 16 bytes of each, in a buffer that is used again. */
  each(visit: (digest: Buffer) => void): void
}

const words = 4
const shortBits = 24

export function newKeySet(): KeySet {
  /** A bit for the last bits of each key's short form. */
  const shorts = new Uint8Array(1 << (shortBits - 3))
  let slots = new Int32Array(words * 1024)
  let size = 0
  const isEmpty = (table: Int32Array, at: number): boolean =>
    (table[at]! | table[at + 1]! | table[at + 2]! | table[at + 3]!) === 0
  /** Where the key is, or would be: an empty slot is all zero, which no digest is. */
  const find = (table: Int32Array, a: number, b: number, c: number, d: number): number => {
    const mask = table.length / words - 1
    for (let slot = d & mask; ; slot = (slot + 1) & mask) {
      const at = slot * words
      if (table[at] === a && table[at + 1] === b && table[at + 2] === c && table[at + 3] === d) return at
      if (isEmpty(table, at)) return at
    }
  }
  const findDigest = (digest: Buffer): number =>
    find(slots, digest.readInt32BE(0), digest.readInt32BE(4), digest.readInt32BE(8), digest.readInt32BE(12))
  const grow = () => {
    const larger = new Int32Array(slots.length * 2)
    for (let at = 0; at < slots.length; at += words) {
      if (isEmpty(slots, at)) continue
      const to = find(larger, slots[at]!, slots[at + 1]!, slots[at + 2]!, slots[at + 3]!)
      larger.set(slots.subarray(at, at + words), to)
    }
    slots = larger
  }
  return {
    get size() {
      return size
    },
    add(keys, row) {
      const short = keys.short(row) & ((1 << shortBits) - 1)
      shorts[short >> 3]! |= 1 << (short & 7)
      const digest = keys.digest(row)
      const at = findDigest(digest)
      if (!isEmpty(slots, at)) return
      for (let i = 0; i < words; i++) slots[at + i] = digest.readInt32BE(4 * i)
      size++
      if (size > slots.length / words / 2) grow()
    },
    has(keys, row) {
      const short = keys.short(row) & ((1 << shortBits) - 1)
      if ((shorts[short >> 3]! & (1 << (short & 7))) === 0) return false
      return !isEmpty(slots, findDigest(keys.digest(row)))
    },
    each(visit) {
      const digest = Buffer.alloc(words * 4)
      for (let at = 0; at < slots.length; at += words) {
        if (isEmpty(slots, at)) continue
        for (let i = 0; i < words; i++) digest.writeInt32BE(slots[at + i]!, 4 * i)
        visit(digest)
      }
    },
  }
}
