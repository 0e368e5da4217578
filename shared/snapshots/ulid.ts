import { randomBytes } from 'node:crypto'

const digits = '0123456789abcdefghjkmnpqrstvwxyz'
let last = { ms: 0, tail: 0n }

/**
 * A ULID in lower case: 26 characters that sort by time, and within one process by the order of making.
 * `ms`: milliseconds since 1970.
 */
export function ulid(ms: number = Date.now()): string {
  const tail = ms > last.ms ? BigInt(`0x${randomBytes(10).toString('hex')}`) >> 1n : last.tail + 1n
  last = { ms: Math.max(ms, last.ms), tail }
  return ulidOf(last.ms, tail)
}

/** The ULID of a time and 80 bits. */
export const ulidOf = (ms: number, tail: bigint): string => encode(BigInt(ms), 10) + encode(tail, 16)

function encode(value: bigint, length: number): string {
  let text = ''
  for (let at = 0; at < length; at++, value >>= 5n) text = digits[Number(value & 31n)]! + text
  return text
}
