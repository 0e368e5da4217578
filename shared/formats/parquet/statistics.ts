/** The least and the greatest value of a column chunk, in the order that Parquet defines for its type. */
import { newBytes } from '../bytes.ts'
import type { KeptColumn } from '../groups/group.ts'
import type { Physical } from './leaf.ts'
import { writePlain } from './plain.ts'

export interface Bounds {
  readonly least: Uint8Array
  readonly greatest: Uint8Array
}

/** Texts longer than this are no bounds: footers stay small. */
const longestBound = 256

/** Bounds of the values at `index[0 .. count)`; undefined where there are none, or none that order. */
export function boundsOf(physical: Physical, column: KeptColumn, index: Int32Array, count: number): Bounds | undefined {
  if (physical === 'float32' || physical === 'float64') return floatBounds(physical, column, index, count)
  if (count === 0) return undefined
  const [least, greatest] = physical === 'int64' ? longEnds(column, index, count) : ends(physical, column, index, count)
  if (physical !== 'bytes')
    return { least: plain(physical, column, least), greatest: plain(physical, column, greatest) }
  const { data, offsets } = column
  const bounds = {
    least: data.slice(offsets[least]!, Math.min(offsets[least + 1]!, offsets[least]! + longestBound + 1)),
    greatest: data.slice(offsets[greatest]!, Math.min(offsets[greatest + 1]!, offsets[greatest]! + longestBound + 1)),
  }
  return Math.max(bounds.least.length, bounds.greatest.length) > longestBound ? undefined : bounds
}

/** Where the least and the greatest value are. */
function ends(physical: Physical, column: KeptColumn, index: Int32Array, count: number): [number, number] {
  const isBefore = orderOf(physical, column)
  let least = index[0]!
  let greatest = least
  for (let i = 1; i < count; i++) {
    const at = index[i]!
    if (isBefore(at, least)) least = at
    else if (isBefore(greatest, at)) greatest = at
  }
  return [least, greatest]
}

/** The same for 64-bit numbers, the commonest of all: the high words decide nearly always. */
function longEnds({ data }: KeptColumn, index: Int32Array, count: number): [number, number] {
  const words = new Int32Array(data.buffer, 0, data.length >> 2)
  let least = index[0]!
  let greatest = least
  let [low, lowHigh] = [words[2 * least]! >>> 0, words[2 * least + 1]!]
  let [top, topHigh] = [low, lowHigh]
  for (let i = 1; i < count; i++) {
    const at = index[i]!
    const high = words[2 * at + 1]!
    const rest = words[2 * at]! >>> 0
    if (high < lowHigh || (high === lowHigh && rest < low)) {
      least = at
      low = rest
      lowHigh = high
    } else if (high > topHigh || (high === topHigh && rest > top)) {
      greatest = at
      top = rest
      topHigh = high
    }
  }
  return [least, greatest]
}

/** NaN has no place in the order and is left out; zeros are widened to both signs, as the format asks. */
function floatBounds(
  physical: 'float32' | 'float64',
  { data }: KeptColumn,
  index: Int32Array,
  count: number,
): Bounds | undefined {
  const values =
    physical === 'float32'
      ? new Float32Array(data.buffer, 0, data.length >> 2)
      : new Float64Array(data.buffer, 0, data.length >> 3)
  let least = Number.POSITIVE_INFINITY
  let greatest = Number.NEGATIVE_INFINITY
  let isEmpty = true
  for (let i = 0; i < count; i++) {
    const value = values[index[i]!]!
    if (Number.isNaN(value)) continue
    isEmpty = false
    if (value < least) least = value
    if (value > greatest) greatest = value
  }
  if (isEmpty) return undefined
  const Values = physical === 'float32' ? Float32Array : Float64Array
  return {
    least: new Uint8Array(Values.of(least === 0 ? -0 : least).buffer),
    greatest: new Uint8Array(Values.of(greatest === 0 ? 0 : greatest).buffer),
  }
}

function plain(physical: Physical, column: KeptColumn, at: number): Uint8Array {
  const out = newBytes(16)
  writePlain(out, physical, column, Int32Array.of(at), 1)
  return out.buffer.slice(0, out.at)
}

function orderOf(physical: Physical, { data, offsets }: KeptColumn): (a: number, b: number) => boolean {
  const words = new Int32Array(data.buffer, 0, data.length >> 2)
  switch (physical) {
    case 'bool':
      return (a, b) => data[a]! < data[b]!
    case 'int32':
      return (a, b) => words[a]! < words[b]!
    case 'decimal128':
      return (a, b) => {
        const top = words[4 * a + 3]! - words[4 * b + 3]!
        if (top !== 0) return top < 0
        for (let w = 2; w >= 0; w--) {
          const difference = (words[4 * a + w]! >>> 0) - (words[4 * b + w]! >>> 0)
          if (difference !== 0) return difference < 0
        }
        return false
      }
    case 'uuid':
      return (a, b) => isBytesBefore(data, 16 * a, 16 * a + 16, 16 * b, 16 * b + 16)
    default:
      return (a, b) => isBytesBefore(data, offsets[a]!, offsets[a + 1]!, offsets[b]!, offsets[b + 1]!)
  }
}

function isBytesBefore(data: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  while (a < aEnd && b < bEnd) {
    const difference = data[a++]! - data[b++]!
    if (difference !== 0) return difference < 0
  }
  return aEnd - a < bEnd - b
}
