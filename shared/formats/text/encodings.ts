/** Bytes as hex, base64 and UUID text. */
import { type Bytes, reserve } from '../bytes.ts'

const hex = ascii('0123456789abcdef')
const base64 = ascii('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const padding = 61

/** Lower-case hex of `data[from .. to)`. */
export function writeHex(out: Bytes, data: Uint8Array, from: number, to: number): void {
  reserve(out, (to - from) * 2)
  const { buffer } = out
  let at = out.at
  for (let i = from; i < to; i++) {
    const byte = data[i]!
    buffer[at++] = hex[byte >> 4]!
    buffer[at++] = hex[byte & 15]!
  }
  out.at = at
}

/** RFC 4648 base64 with padding. */
export function writeBase64(out: Bytes, data: Uint8Array, from: number, to: number): void {
  reserve(out, Math.ceil((to - from) / 3) * 4)
  const { buffer } = out
  let at = out.at
  for (let i = from; i < to; i += 3) {
    const left = to - i
    const bits = (data[i]! << 16) | (left > 1 ? data[i + 1]! << 8 : 0) | (left > 2 ? data[i + 2]! : 0)
    buffer[at++] = base64[bits >> 18]!
    buffer[at++] = base64[(bits >> 12) & 63]!
    buffer[at++] = left > 1 ? base64[(bits >> 6) & 63]! : padding
    buffer[at++] = left > 2 ? base64[bits & 63]! : padding
  }
  out.at = at
}

/** Sixteen bytes as 8-4-4-4-12 hex digits. */
export function writeUuid(out: Bytes, data: Uint8Array, from: number): void {
  reserve(out, 36)
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) out.buffer[out.at++] = 45
    writeHex(out, data, from + i, from + i + 1)
  }
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
