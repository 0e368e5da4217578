/** Values of a prepared statement, as the protocol carries them: never within its text. */

import { lengthEncoded } from './packets.ts'

export interface Parameter {
  readonly type: number
  /** As it is sent; null is NULL. */
  readonly bytes: Buffer | null
}

export const nullParameter: Parameter = { type: 6, bytes: null }

export const textParameter = (text: string): Parameter => ({ type: 253, bytes: lengthEncoded(Buffer.from(text)) })

export const bytesParameter = (bytes: Buffer): Parameter => ({ type: 252, bytes: lengthEncoded(bytes) })

/** Of plain digits, at most 65 of them. */
export const decimalParameter = (digits: string): Parameter => ({
  type: 246,
  bytes: lengthEncoded(Buffer.from(digits)),
})

export function intParameter(value: bigint): Parameter {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(value)
  return { type: 8, bytes }
}

export function doubleParameter(value: number): Parameter {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return { type: 5, bytes }
}

/** Year, month, day, hour, minute, second, microsecond: a date and time without zone. */
export function datetimeParameter([year, month, day, ...time]: readonly number[]): Parameter {
  const bytes = Buffer.alloc(12)
  bytes[0] = 11
  bytes.writeUInt16LE(year!, 1)
  bytes.set([month!, day!, time[0] ?? 0, time[1] ?? 0, time[2] ?? 0], 3)
  bytes.writeUInt32LE(time[3] ?? 0, 8)
  return { type: 12, bytes }
}

/** A duration. */
export function timeParameter(
  isNegative: boolean,
  [hours, minutes, seconds, micros]: readonly [number, number, number, number],
): Parameter {
  const bytes = Buffer.alloc(13)
  bytes[0] = 12
  bytes[1] = isNegative ? 1 : 0
  bytes.writeUInt32LE(Math.floor(hours / 24), 2)
  bytes.set([hours % 24, minutes, seconds], 6)
  bytes.writeUInt32LE(micros, 9)
  return { type: 11, bytes }
}

/** The command that runs a prepared statement with its values, its rows to follow at once. */
export function executeCommand(statement: number, parameters: readonly Parameter[]): Buffer {
  const head = Buffer.alloc(10)
  head[0] = 0x17
  head.writeUInt32LE(statement, 1)
  head.writeUInt32LE(1, 6)
  if (parameters.length === 0) return head
  const nulls = Buffer.alloc((parameters.length + 7) >> 3)
  const types = Buffer.alloc(1 + 2 * parameters.length)
  types[0] = 1
  for (const [i, { type, bytes }] of parameters.entries()) {
    types[1 + 2 * i] = type
    if (bytes === null) nulls[i >> 3]! |= 1 << (i & 7)
  }
  return Buffer.concat([head, nulls, types, ...parameters.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]))])
}
