import type { Column, FieldType } from '../../domain/batch.ts'

/** Below zero where row i of the first column comes before row j of the second, zero where they are equal. */
export type CompareCells = (i: number, j: number) => number

/**
 * The order of the values of a type, ascending: numbers, dates and timestamps by value with NaN above every number,
 * texts by their UTF-8 bytes, lists by their items, and null above everything.
 */
export function compareCells(type: FieldType, a: Column, b: Column): CompareCells {
  const compare = compareValues(type, a, b)
  const [known, other] = [a.validity, b.validity]
  if (known === undefined && other === undefined) return compare
  return (i, j) => {
    const isNull = known?.[i] === 0
    if (isNull || other?.[j] === 0) return Number(isNull) - Number(other?.[j] === 0)
    return compare(i, j)
  }
}

function compareValues(type: FieldType, a: Column, b: Column): CompareCells {
  if (a.layout === 'bytes' && b.layout === 'bytes')
    return (i, j) =>
      Buffer.compare(a.data.subarray(a.offsets[i], a.offsets[i + 1]), b.data.subarray(b.offsets[j], b.offsets[j + 1]))
  if (a.layout === 'list' && b.layout === 'list' && type.is === 'list') {
    const items = compareCells(type.of, a.items, b.items)
    return (i, j) => {
      const [start, other] = [a.offsets[i]!, b.offsets[j]!]
      const [length, otherLength] = [a.offsets[i + 1]! - start, b.offsets[j + 1]! - other]
      for (let at = 0; at < Math.min(length, otherLength); at++) {
        const order = items(start + at, other + at)
        if (order !== 0) return order
      }
      return length - otherLength
    }
  }
  if (a.layout !== 'fixed' || b.layout !== 'fixed') throw new TypeError(`A ${type.is} has two layouts`)
  const [x, y] = [a.values, b.values]
  if (type.is === 'uuid')
    return (i, j) =>
      Buffer.compare((x as Uint8Array).subarray(16 * i, 16 * i + 16), (y as Uint8Array).subarray(16 * j, 16 * j + 16))
  if (type.is === 'decimal' && type.precision > 18) {
    const [wide, others] = [viewOf(x), viewOf(y)]
    return (i, j) =>
      order(wide.getBigInt64(16 * i + 8, true), others.getBigInt64(16 * j + 8, true)) ||
      order(wide.getBigUint64(16 * i, true), others.getBigUint64(16 * j, true))
  }
  return (i, j) => order(x[i]!, y[j]!)
}

function order(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return 0
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}

const viewOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): DataView =>
  new DataView(buffer, byteOffset, byteLength)
