import type { FieldType, FixedValues } from '../domain/batch.ts'

/** Room for `rows` values of a type of fixed width. */
export function newValues(type: FieldType, rows: number): FixedValues {
  switch (type.is) {
    case 'bool':
      return new Uint8Array(rows)
    case 'int32':
    case 'date':
      return new Int32Array(rows)
    case 'float32':
      return new Float32Array(rows)
    case 'float64':
      return new Float64Array(rows)
    case 'uuid':
      return new Uint8Array(rows * 16)
    case 'decimal':
      return type.precision > 18 ? new Uint8Array(rows * 16) : new BigInt64Array(rows)
    default:
      return new BigInt64Array(rows)
  }
}

/** The values of a type of fixed width in bytes that begin at the beginning of their buffer. */
export function valuesIn(type: FieldType, { buffer, length }: Uint8Array): FixedValues {
  const none = newValues(type, 0)
  if (none instanceof Uint8Array) return new Uint8Array(buffer, 0, length)
  const Values = none.constructor as new (buffer: ArrayBufferLike, from: number, length: number) => FixedValues
  return new Values(buffer, 0, Math.floor(length / none.BYTES_PER_ELEMENT))
}

/** Puts a number of 128 bits into the sixteen bytes of a row, the lowest first. */
export function setWide(values: FixedValues, row: number, value: bigint): boolean {
  const view = new DataView(values.buffer, values.byteOffset + row * 16, 16)
  view.setBigInt64(0, BigInt.asIntN(64, value), true)
  view.setBigInt64(8, value >> 64n, true)
  return true
}
