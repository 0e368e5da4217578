/** Days and clocks of the binary protocol: a length, then year (2), month, day, hour, minute, second, microsecond (4). */

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Days since 1970 of a day of the proleptic Gregorian calendar; undefined where there is no such day. */
export function daysOf(year: number, month: number, day: number): number | undefined {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  if (month < 1 || month > 12 || day < 1 || day > monthDays[month - 1]! + (month === 2 && isLeap ? 1 : 0))
    return undefined
  // Days from 0000-03-01, the years beginning in March, in eras of 400 of them.
  const march = month > 2 ? year : year - 1
  const era = Math.floor(march / 400)
  const ofEra = march - era * 400
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468
}

const two = (value: number): string => String(value).padStart(2, '0')
const six = (value: number): string => String(value).padStart(6, '0')

/** As the server writes it, zeros and all. */
export function dateText(bytes: Buffer, at: number): string {
  if (bytes[at] === 0) return '0000-00-00'
  return `${String(bytes.readUInt16LE(at + 1)).padStart(4, '0')}-${two(bytes[at + 3]!)}-${two(bytes[at + 4]!)}`
}

/** As the server writes it, with all six digits of a second. */
export function datetimeText(bytes: Buffer, at: number): string {
  const size = bytes[at]!
  const clock = size < 7 ? '00:00:00' : [bytes[at + 5]!, bytes[at + 6]!, bytes[at + 7]!].map(two).join(':')
  return `${dateText(bytes, at)} ${clock}.${six(size < 11 ? 0 : bytes.readUInt32LE(at + 8))}`
}

/** A duration as the server writes it, with so many digits of a second; of 0 to 6 none is lost. */
export function timeText(bytes: Buffer, at: number, fraction: number): string {
  const size = bytes[at]!
  const hours = size < 8 ? 0 : bytes.readUInt32LE(at + 2) * 24 + bytes[at + 6]!
  const clock = size < 8 ? '00:00:00' : [hours, bytes[at + 7]!, bytes[at + 8]!].map(two).join(':')
  const micros = six(size < 12 ? 0 : bytes.readUInt32LE(at + 9))
  const digits = fraction <= 6 ? micros.slice(0, fraction) : micros.replace(/^0{6}$/, '')
  return `${size > 0 && bytes[at + 1] === 1 ? '-' : ''}${clock}${digits === '' ? '' : `.${digits}`}`
}
