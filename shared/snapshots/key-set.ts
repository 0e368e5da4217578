/** Keys by the first 16 bytes of their digests: 32 bytes a key at most, whatever the keys are. */
export interface KeySet {
  readonly size: number
  add(digest: Buffer): void
  has(digest: Buffer): boolean
  /** The first 16 bytes of each, in a buffer that is used again. */
  each(visit: (digest: Buffer) => void): void
}

const words = 4

export function newKeySet(): KeySet {
  let slots = new Int32Array(words * 1024)
  let size = 0
  /** Where the key is, or would be: an empty slot is all zero, which no digest is. */
  const find = (table: Int32Array, key: readonly number[]): number => {
    const mask = table.length / words - 1
    for (let slot = key[3]! & mask; ; slot = (slot + 1) & mask) {
      const at = slot * words
      if (key.every((word, i) => table[at + i] === word)) return at
      if (table[at] === 0 && table[at + 1] === 0 && table[at + 2] === 0 && table[at + 3] === 0) return at
    }
  }
  const grow = () => {
    const larger = new Int32Array(slots.length * 2)
    for (let at = 0; at < slots.length; at += words) {
      const key = slots.subarray(at, at + words)
      if (key.some((word) => word !== 0)) larger.set(key, find(larger, [...key]))
    }
    slots = larger
  }
  const isAt = (at: number): boolean => slots.subarray(at, at + words).some((word) => word !== 0)
  return {
    get size() {
      return size
    },
    add(digest) {
      const key = keyOf(digest)
      const at = find(slots, key)
      if (isAt(at)) return
      slots.set(key, at)
      size++
      if (size > slots.length / words / 2) grow()
    },
    has: (digest) => isAt(find(slots, keyOf(digest))),
    each(visit) {
      const digest = Buffer.alloc(words * 4)
      for (let at = 0; at < slots.length; at += words) {
        if (!isAt(at)) continue
        for (let i = 0; i < words; i++) digest.writeInt32BE(slots[at + i]!, 4 * i)
        visit(digest)
      }
    },
  }
}

const keyOf = (digest: Buffer): number[] => [0, 4, 8, 12].map((at) => digest.readInt32BE(at))
