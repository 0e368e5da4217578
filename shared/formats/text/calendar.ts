/**
 * Dates and timestamps as ISO 8601 text: `2024-01-02`, `2024-01-02T03:04:05.123456Z`. The fraction is there only where
 * it is not zero, without trailing zeros; `Z` only where the column has a zone. Years before 1 are `0044-03-15 BC`,
 * years past 9999 have their digits: PostgreSQL reads both back.
 */
import { type Bytes, reserve, writeAscii } from '../bytes.ts'
import { join64, writeDigits, writeTwo } from './digits.ts'

const twoTo32 = 2 ** 32
export const dayMicros = 86_400_000_000
const dash = 45

/** A date, days since 1970-01-01. */
export function writeDate(out: Bytes, days: number): void {
  if (writeCivil(out, days)) writeAscii(out, ' BC')
}

/** A timestamp, microseconds since 1970 as two little-endian words. */
export function writeTimestamp(out: Bytes, low: number, high: number, zone: boolean): void {
  const number = high * twoTo32 + (low >>> 0)
  let days: number
  let micros: number
  if (Number.isSafeInteger(number)) {
    days = Math.floor(number / dayMicros)
    micros = number - days * dayMicros
  } else {
    const exact = join64(low, high)
    const rest = ((exact % 86_400_000_000n) + 86_400_000_000n) % 86_400_000_000n
    days = Number((exact - rest) / 86_400_000_000n)
    micros = Number(rest)
  }
  const isBeforeChrist = writeCivil(out, days)
  writeTime(out, micros)
  if (zone) {
    reserve(out, 1)
    out.buffer[out.at++] = 90
  }
  if (isBeforeChrist) writeAscii(out, ' BC')
}

function writeTime(out: Bytes, micros: number): void {
  const seconds = Math.floor(micros / 1e6)
  let fraction = micros - seconds * 1e6
  const minutes = (seconds / 60) | 0
  const hours = (minutes / 60) | 0
  reserve(out, 16)
  const { buffer, at } = out
  buffer[at] = 84
  writeTwo(out, at + 1, hours)
  buffer[at + 3] = 58
  writeTwo(out, at + 4, minutes - hours * 60)
  buffer[at + 6] = 58
  writeTwo(out, at + 7, seconds - minutes * 60)
  out.at = at + 9
  if (fraction === 0) return
  let width = 6
  for (; fraction % 10 === 0; width--) fraction /= 10
  out.buffer[out.at++] = 46
  writeDigits(out, fraction, width)
}

/** Writes `yyyy-mm-dd` and says whether the year is one before Christ. Howard Hinnant's `civil_from_days`. */
function writeCivil(out: Bytes, days: number): boolean {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra =
    ((dayOfEra - ((dayOfEra / 1460) | 0) + ((dayOfEra / 36_524) | 0) - ((dayOfEra / 146_096) | 0)) / 365) | 0
  const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0))
  const shiftedMonth = ((5 * dayOfYear + 2) / 153) | 0
  const day = dayOfYear - (((153 * shiftedMonth + 2) / 5) | 0) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  writeDigits(out, year > 0 ? year : 1 - year, 4)
  reserve(out, 6)
  const { buffer, at } = out
  buffer[at] = dash
  writeTwo(out, at + 1, month)
  buffer[at + 3] = dash
  writeTwo(out, at + 4, day)
  out.at = at + 6
  return year <= 0
}
