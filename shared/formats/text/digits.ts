/** Whole numbers and decimals as digits, without a BigInt where 53 bits are enough. */
import { type Bytes, reserve, writeAscii } from '../bytes.ts'

const zero = 48
const minus = 45
const point = 46
const twoTo32 = 2 ** 32

/** Four digits of each number below 10,000, as one little-endian word. */
const fours = Int32Array.from({ length: 10_000 }, (_, i) => {
  const digits = [(i / 1000) | 0, ((i / 100) | 0) % 10, ((i / 10) | 0) % 10, i % 10]
  return digits.reduce((word, digit, place) => word | ((zero + digit) << (8 * place)), 0)
})

/** Digits of a whole number, 0 <= value < 2^53, with zeros in front up to `width` digits. */
export function writeDigits(out: Bytes, value: number, width = 1): void {
  let count = value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : 4
  if (value >= 10_000) {
    count = 5
    for (let limit = 100_000; limit <= value; limit *= 10) count++
  }
  if (count < width) count = width
  reserve(out, count)
  const { buffer, view } = out
  let at = out.at + count
  const start = out.at
  out.at = at
  let low = value
  // Beyond 32 bits division is that of doubles.
  while (low > 0x7fff_ffff) {
    const high = Math.floor(low / 10_000)
    at -= 4
    view.setInt32(at, fours[low - high * 10_000]!, true)
    low = high
  }
  for (; at - start >= 4; at -= 4) {
    const high = (low / 10_000) | 0
    view.setInt32(at - 4, fours[low - high * 10_000]!, true)
    low = high
  }
  while (at > start) {
    const high = (low / 10) | 0
    buffer[--at] = zero + low - high * 10
    low = high
  }
}

/** Two digits of a number below 100; the room is reserved already. */
export function writeTwo({ buffer }: Bytes, at: number, value: number): void {
  const tens = (value / 10) | 0
  buffer[at] = zero + tens
  buffer[at + 1] = zero + value - tens * 10
}

/** A signed 32-bit number. */
export function writeInt32(out: Bytes, value: number): void {
  writeSign(out, value < 0)
  writeDigits(out, Math.abs(value))
}

/** A signed 64-bit number given as its two little-endian words. */
export function writeInt64(out: Bytes, low: number, high: number): void {
  writeDecimal64(out, low, high, 0)
}

/** A 64-bit number scaled by 10^scale, all `scale` digits after the point. */
export function writeDecimal64(out: Bytes, low: number, high: number, scale: number): void {
  const number = high * twoTo32 + (low >>> 0)
  if (!Number.isSafeInteger(number)) {
    writeBigDecimal(out, join64(low, high), scale)
    return
  }
  writeSign(out, number < 0)
  const size = Math.abs(number)
  if (scale === 0) {
    writeDigits(out, size)
    return
  }
  const unit = 10 ** scale
  let whole = Math.floor(size / unit)
  let fraction = size - whole * unit
  if (fraction < 0) {
    whole--
    fraction += unit
  }
  writeDigits(out, whole)
  reserve(out, 1)
  out.buffer[out.at++] = point
  writeDigits(out, fraction, scale)
}

/** A 128-bit number, four little-endian words of `words` from `at`, scaled by 10^scale. */
export function writeDecimal128(out: Bytes, words: Int32Array, at: number, scale: number): void {
  const sign = words[at + 1]! >> 31
  if (words[at + 2] === sign && words[at + 3] === sign) writeDecimal64(out, words[at]!, words[at + 1]!, scale)
  else writeBigDecimal(out, join128(words, at), scale)
}

/** The number of two little-endian words. */
export const join64 = (low: number, high: number): bigint => (BigInt(high) << 32n) | BigInt(low >>> 0)

/** The number of four little-endian words of `words` from `at`. */
export const join128 = (words: Int32Array, at: number): bigint =>
  (join64(words[at + 2]!, words[at + 3]!) << 64n) | BigInt.asUintN(64, join64(words[at]!, words[at + 1]!))

/** A scaled whole number as text: 12345n with scale 2 is 123.45. */
export function decimalText(unscaled: bigint, scale: number): string {
  const negative = unscaled < 0n
  const digits = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  return `${negative ? '-' : ''}${whole}${scale > 0 ? '.' : ''}${digits.slice(digits.length - scale)}`
}

function writeBigDecimal(out: Bytes, unscaled: bigint, scale: number): void {
  writeAscii(out, decimalText(unscaled, scale))
}

function writeSign(out: Bytes, negative: boolean): void {
  if (!negative) return
  reserve(out, 1)
  out.buffer[out.at++] = minus
}
