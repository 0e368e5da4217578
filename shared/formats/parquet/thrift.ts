/** The compact protocol of Apache Thrift, as far as Parquet's headers and footer need it. */
import { type Bytes, reserve, writeBytes } from '../bytes.ts'

/** A value that can be written, with its type's code in the protocol. */
export interface Thrift {
  readonly code: number
  write(out: Bytes): void
}

export const i16 = (value: number): Thrift => ({ code: 4, write: (out) => writeVarint(out, zigzag(value)) })
export const i32 = (value: number): Thrift => ({ code: 5, write: (out) => writeVarint(out, zigzag(value)) })
/** A number of 64 bits, of which 53 may be used. */
export const i64 = (value: number): Thrift => ({ code: 6, write: (out) => writeVarint(out, zigzag(value)) })
/** A boolean field: its value is in the field's head. */
export const bool = (value: boolean): Thrift => ({ code: value ? 1 : 2, write: () => {} })
export const binary = (value: Uint8Array): Thrift => ({
  code: 8,
  write(out) {
    writeVarint(out, value.length)
    writeBytes(out, value)
  },
})
export const text = (value: string): Thrift => binary(new TextEncoder().encode(value))
/** A struct that was written before. */
export const written = (bytes: Uint8Array): Thrift => ({ code: 12, write: (out) => writeBytes(out, bytes) })

export const list = (items: readonly Thrift[], code = items[0]?.code ?? 12): Thrift => ({
  code: 9,
  write(out) {
    reserve(out, 1)
    out.buffer[out.at++] = (Math.min(items.length, 15) << 4) | code
    if (items.length >= 15) writeVarint(out, items.length)
    for (const item of items) item.write(out)
  },
})

/** Fields by their numbers; an absent one is undefined. */
export const struct = (fields: Readonly<Record<number, Thrift | undefined>>): Thrift => ({
  code: 12,
  write(out) {
    let last = 0
    // Whole-number keys of an object come in ascending order, as the protocol's deltas need.
    for (const key of Object.keys(fields)) {
      const field = fields[Number(key)]
      if (field === undefined) continue
      reserve(out, 1)
      out.buffer[out.at++] = ((Number(key) - last) << 4) | field.code
      last = Number(key)
      field.write(out)
    }
    reserve(out, 1)
    out.buffer[out.at++] = 0
  },
})

/** An unsigned number below 2^53, seven bits a byte, the lowest first. */
export function writeVarint(out: Bytes, value: number): void {
  reserve(out, 8)
  while (value > 127) {
    out.buffer[out.at++] = (value % 128) | 128
    value = Math.floor(value / 128)
  }
  out.buffer[out.at++] = value
}

const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value)
