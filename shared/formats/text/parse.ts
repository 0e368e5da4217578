/** The texts that the writers make, and their usual variants, read back exactly. Undefined for what is none. */
import { dayMicros } from './calendar.ts'

/** A decimal number: `unscaled` divided by 10^scale. */
export interface Decimal {
  readonly unscaled: bigint
  readonly scale: number
}

export const parseInteger = (text: string): bigint | undefined => (/^[+-]?\d+$/.test(text) ? BigInt(text) : undefined)

/** Digits with or without a point and an exponent of at most four digits. */
export function parseDecimal(text: string): Decimal | undefined {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text)
  if (!found) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = found
  if (whole === '' && fraction === '') return undefined
  const size = BigInt(whole + fraction)
  const unscaled = sign === '-' ? -size : size
  const scale = fraction.length - Number(exponent)
  return scale >= 0 ? { unscaled, scale } : { unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 }
}

/** The greatest number of that scale that is not above the decimal, and whether it is the decimal. */
export function rescale({ unscaled, scale }: Decimal, toScale: number): { floor: bigint; isExact: boolean } {
  if (scale <= toScale) return { floor: unscaled * 10n ** BigInt(toScale - scale), isExact: true }
  const unit = 10n ** BigInt(scale - toScale)
  const rest = ((unscaled % unit) + unit) % unit
  return { floor: (unscaled - rest) / unit, isExact: rest === 0n }
}

export function parseFloatText(text: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text)
  if (/^nan$/i.test(text)) return Number.NaN
  const infinity = /^([+-]?)inf(inity)?$/i.exec(text)
  return infinity ? (infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : undefined
}

export function parseBool(text: string): boolean | undefined {
  if (text === 'true' || text === 't') return true
  return text === 'false' || text === 'f' ? false : undefined
}

export function parseUuid(text: string): Uint8Array | undefined {
  const digits = text.replaceAll('-', '')
  return /^[0-9a-fA-F]{32}$/.test(digits) ? new Uint8Array(Buffer.from(digits, 'hex')) : undefined
}

const dateShape = String.raw`(\d{4,7})-(\d\d)-(\d\d)`
const timeShape = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?`
const zoneShape = String.raw`(Z|[+-]\d\d(?::?\d\d)?)`
const datePattern = new RegExp(`^${dateShape}( BC)?$`)
const timestampPattern = new RegExp(`^${dateShape}(?:[T ]${timeShape} ?${zoneShape}?)?( BC)?$`, 'i')

/** Days since 1970-01-01 of `yyyy-mm-dd`, with ` BC` behind it for years before 1. */
export function parseDate(text: string): number | undefined {
  const found = datePattern.exec(text)
  if (!found) return undefined
  const [, year, month, day, era] = found
  return daysOf(Number(year), Number(month), Number(day), era !== undefined)
}

/** Microseconds since 1970 of an ISO 8601 timestamp, brought to UTC where it names a zone. */
export function parseTimestamp(text: string): { micros: bigint; hasZone: boolean } | undefined {
  const found = timestampPattern.exec(text)
  if (!found) return undefined
  const [, year, month, day, hours = '0', minutes = '0', seconds = '0', fraction = '', zone, era] = found
  const days = daysOf(Number(year), Number(month), Number(day), era !== undefined)
  if (days === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  const time = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6 + Number(fraction.padEnd(6, '0'))
  const micros = BigInt(days) * BigInt(dayMicros) + BigInt(time - zoneMicros(zone ?? 'Z'))
  return BigInt.asIntN(64, micros) === micros ? { micros, hasZone: zone !== undefined } : undefined
}

function zoneMicros(zone: string): number {
  const found = /^([+-])(\d\d):?(\d\d)?$/.exec(zone)
  if (!found) return 0
  const size = (Number(found[2]) * 60 + Number(found[3] ?? 0)) * 60e6
  return found[1] === '-' ? -size : size
}

/** Howard Hinnant's `days_from_civil`. */
function daysOf(yearOfEra: number, month: number, day: number, isBeforeChrist: boolean): number | undefined {
  if (yearOfEra === 0 || month < 1 || month > 12 || day < 1) return undefined
  const year = isBeforeChrist ? 1 - yearOfEra : yearOfEra
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  if (day > [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!) return undefined
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const inEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146_097 + inEra * 365 + Math.floor(inEra / 4) - Math.floor(inEra / 100) + dayOfYear - 719_468
}
