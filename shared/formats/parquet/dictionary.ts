/** Finds out whether a column has few distinct values, and numbers them. */
import type { KeptColumn } from '../groups/group.ts'

/** Scratch of `numberValues`, kept from column to column. */
export interface Dictionary {
  /** Where in the column each distinct value was first met. */
  readonly first: Int32Array
  /** The number of each value's distinct value. */
  codes: Int32Array
  /** Open addressing: a slot holds a code + 1, or 0. */
  readonly table: Int32Array
}

const mostDistinct = 32_768
/** Whole numbers that lie this close together are looked up by their distance from the least. */
const narrow = mostDistinct * 2

export const newDictionary = (): Dictionary => ({
  first: new Int32Array(mostDistinct),
  codes: new Int32Array(0),
  table: new Int32Array(mostDistinct * 2),
})

/**
 * Numbers the values at `index[0 .. count)` of a column by first occurrence, and returns how many distinct ones there
 * are; 0 where a dictionary would not pay. Values are the same where their bits are.
 */
export function numberValues(dictionary: Dictionary, column: KeptColumn, index: Int32Array, count: number): number {
  if (count < 4) return 0
  if (dictionary.codes.length < count) dictionary.codes = new Int32Array(Math.max(count, dictionary.codes.length * 2))
  const slots = Math.min(dictionary.table.length, 2 ** (33 - Math.clz32(count)))
  dictionary.table.fill(0, 0, slots)
  const limit = Math.min(mostDistinct, slots >> 1, Math.floor(count * 0.6))
  if (column.width === 0) return numberBytes(dictionary, column, index, count, limit, slots - 1)
  return numberWords(dictionary, column, index, count, limit, slots - 1)
}

/** After this many values it is judged whether nearly every value is new. */
const sample = 2048
const isHopeless = (seen: number, distinct: number): boolean => seen === sample && distinct > sample * 0.75

function numberWords(
  dictionary: Dictionary,
  { data, width }: KeptColumn,
  index: Int32Array,
  count: number,
  limit: number,
  mask: number,
): number {
  const { first, codes, table } = dictionary
  const words = new Int32Array(data.buffer, 0, data.length >> 2)
  const size = width >> 2
  const least = size <= 2 ? leastOfNarrow(words, size, index, count) : undefined
  if (least !== undefined) return numberNarrow(dictionary, words, size, index, count, limit, least)
  let distinct = 0
  for (let i = 0; i < count; i++) {
    const at = index[i]! * size
    let hash = Math.imul(words[at]!, 0x9e3779b1)
    for (let w = 1; w < size; w++) hash = Math.imul(hash ^ (hash >>> 15) ^ words[at + w]!, 0x85ebca77)
    let slot = (hash ^ (hash >>> 15)) & mask
    let code = table[slot]!
    while (code !== 0) {
      const other = first[code - 1]! * size
      if (words[other] === words[at] && (size === 1 || sameWords(words, other, at, size))) break
      slot = (slot + 1) & mask
      code = table[slot]!
    }
    if (code === 0) {
      if (distinct === limit || isHopeless(i, distinct)) return 0
      first[distinct++] = index[i]!
      code = distinct
      table[slot] = code
    }
    codes[i] = code - 1
  }
  return distinct
}

/** The least low word of whole numbers that are near each other, undefined where they are not. */
function leastOfNarrow(words: Int32Array, size: number, index: Int32Array, count: number): number | undefined {
  let least = words[index[0]! * size]!
  let greatest = least
  const high = words[index[0]! * size + size - 1]!
  for (let i = 1; i < count; i++) {
    const at = index[i]! * size
    const word = words[at]!
    if (word < least) least = word
    else if (word > greatest) greatest = word
    if (size === 2 && words[at + 1] !== high) return undefined
    if ((i & 1023) === 0 && greatest - least >= narrow) return undefined
  }
  return greatest - least < narrow ? least : undefined
}

/** As `numberWords`, without a hash: what is equal has the same place. */
function numberNarrow(
  { first, codes, table }: Dictionary,
  words: Int32Array,
  size: number,
  index: Int32Array,
  count: number,
  limit: number,
  least: number,
): number {
  table.fill(0)
  let distinct = 0
  for (let i = 0; i < count; i++) {
    const place = words[index[i]! * size]! - least
    let code = table[place]!
    if (code === 0) {
      if (distinct === limit || isHopeless(i, distinct)) return 0
      first[distinct++] = index[i]!
      code = distinct
      table[place] = code
    }
    codes[i] = code - 1
  }
  return distinct
}

function sameWords(words: Int32Array, a: number, b: number, size: number): boolean {
  for (let w = 1; w < size; w++) if (words[a + w] !== words[b + w]) return false
  return true
}

function numberBytes(
  { first, codes, table }: Dictionary,
  { data, offsets }: KeptColumn,
  index: Int32Array,
  count: number,
  limit: number,
  mask: number,
): number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  let distinct = 0
  for (let i = 0; i < count; i++) {
    const from = offsets[index[i]!]!
    const to = offsets[index[i]! + 1]!
    const hash = hashBytes(view, from, to)
    let slot = (hash ^ (hash >>> 15)) & mask
    let code = table[slot]!
    while (code !== 0) {
      const other = first[code - 1]!
      if (sameBytes(view, offsets[other]!, offsets[other + 1]!, from, to)) break
      slot = (slot + 1) & mask
      code = table[slot]!
    }
    if (code === 0) {
      if (distinct === limit || isHopeless(i, distinct)) return 0
      first[distinct++] = index[i]!
      code = distinct
      table[slot] = code
    }
    codes[i] = code - 1
  }
  return distinct
}

/** Words at a time; the last one overlaps the one before. */
function hashBytes(view: DataView, from: number, to: number): number {
  let hash = to - from
  if (hash < 4) {
    for (; from < to; from++) hash = Math.imul(hash ^ view.getUint8(from), 0x01000193)
    return hash
  }
  for (const end = to - 4; from < end; from += 4) {
    hash = Math.imul(hash ^ view.getInt32(from), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  hash = Math.imul(hash ^ view.getInt32(to - 4), 0x85ebca77)
  return hash ^ (hash >>> 13)
}

function sameBytes(view: DataView, from: number, to: number, otherFrom: number, otherTo: number): boolean {
  if (to - from !== otherTo - otherFrom) return false
  for (const end = to - 3; from < end; from += 4, otherFrom += 4)
    if (view.getInt32(from) !== view.getInt32(otherFrom)) return false
  for (; from < to; from++, otherFrom++) if (view.getUint8(from) !== view.getUint8(otherFrom)) return false
  return true
}
