/** Bytes of the protocol, to and fro. (MySQL manual, "Client/Server Protocol".) */

import { ServerError } from './refusals.ts'

/** A column of a result, as the server describes it. */
export interface Described {
  readonly name: string
  /** `enum_field_types`. */
  readonly type: number
  readonly flags: number
  /** Of its text; 63 is binary. */
  readonly charset: number
  /** Most bytes, or characters of a number. */
  readonly length: number
  /** Digits after the point, or of a second. */
  readonly decimals: number
  /** What MariaDB says beyond the type: uuid, inet6, json, point; undefined where nothing. */
  readonly extension: string | undefined
}

const largest = 0xff_ffff

/** A command, or an answer in the login, in as many packets as it takes. */
export function packetsOf(body: Buffer, sequence = 0): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; ; at += largest) {
    const part = body.subarray(at, at + largest)
    const head = Buffer.alloc(4)
    head.writeUIntLE(part.length, 0, 3)
    head[3] = sequence++ & 0xff
    parts.push(head, part)
    if (part.length < largest) return Buffer.concat(parts)
  }
}

/** A length-encoded integer. */
export function lengthAt(bytes: Buffer, at: number): number {
  const first = bytes[at]!
  if (first < 251) return first
  if (first === 252) return bytes[at + 1]! | (bytes[at + 2]! << 8)
  if (first === 253) return bytes[at + 1]! | (bytes[at + 2]! << 8) | (bytes[at + 3]! << 16)
  return bytes.readUInt32LE(at + 1) + bytes.readUInt32LE(at + 5) * 0x1_0000_0000
}

/** How many bytes a length-encoded integer takes. */
export const lengthSize = (first: number): number => (first < 251 ? 1 : first === 252 ? 3 : first === 253 ? 4 : 9)

export function lengthEncoded(bytes: Buffer): Buffer {
  const { length } = bytes
  const head = Buffer.alloc(length < 251 ? 1 : length < 0x1_0000 ? 3 : length < 0x100_0000 ? 4 : 9)
  if (head.length === 1) head[0] = length
  else {
    head[0] = head.length === 3 ? 252 : head.length === 4 ? 253 : 254
    if (head.length === 9) head.writeBigUInt64LE(BigInt(length), 1)
    else head.writeUIntLE(length, 1, head.length - 1)
  }
  return Buffer.concat([head, bytes])
}

/** `0xff`, number, and where there is one `#` and SQLSTATE, then the text. */
export function serverError(bytes: Buffer, from: number, to: number, isExecuting: boolean): ServerError {
  const number = bytes.readUInt16LE(from + 1)
  const hasState = bytes[from + 3] === 0x23
  const text = bytes.toString('utf8', from + (hasState ? 9 : 3), to)
  const state = hasState ? bytes.toString('latin1', from + 4, from + 9) : 'HY000'
  return new ServerError(number, state, text, isExecuting)
}

export function columnDefinition(bytes: Buffer, from: number, to: number): Described {
  const texts: string[] = []
  let at = from
  // catalog, database, table, table behind it, name, column behind it
  for (let i = 0; i < 6; i++) {
    const start = at + lengthSize(bytes[at]!)
    at = start + lengthAt(bytes, at)
    texts.push(i === 4 ? bytes.toString('utf8', start, at) : '')
  }
  // The fixed part is the last: what MariaDB adds to the protocol comes before it.
  const fixed = to - 12
  return {
    name: texts[4]!,
    charset: bytes.readUInt16LE(fixed),
    length: bytes.readUInt32LE(fixed + 2),
    type: bytes[fixed + 6]!,
    flags: bytes.readUInt16LE(fixed + 7),
    decimals: bytes[fixed + 9]!,
    extension: at < fixed - 1 ? extensionOf(bytes, at, fixed - 1) : undefined,
  }
}

/** A length, then pairs of a kind (0 type name, 1 format) and a text. */
function extensionOf(bytes: Buffer, at: number, end: number): string | undefined {
  at += lengthSize(bytes[at]!)
  let found: string | undefined
  while (at < end) {
    const start = at + 1 + lengthSize(bytes[at + 1]!)
    const next = start + lengthAt(bytes, at + 1)
    found ??= bytes.toString('latin1', start, next)
    at = next
  }
  return found
}
