/**
 * Values to compare a column with, of the column's own type. The server would make of a text that does not suit a
 * column whatever it can (`'12abc'` is 12), so nothing but what suits is sent.
 */

import { Fault } from '../../domain/faults.ts'
import type { Operand } from '../../domain/filter.ts'
import {
  bytesParameter,
  datetimeParameter,
  decimalParameter,
  doubleParameter,
  intParameter,
  type Parameter,
  textParameter,
  timeParameter,
} from './parameters.ts'
import { daysOf } from './times.ts'
import type { Compared } from './types.ts'

/** Fault invalid-request, naming the column. */
export function operandOf(value: Operand, compared: Compared, column: string): Parameter {
  const parameter = parameterOf(value, compared)
  if (parameter) return parameter
  const shown = JSON.stringify(column)
  throw new Fault('invalid-request', `A comparison, or a value in it, does not suit its column: ${shown}.`, {
    hint: hints[compared],
  })
}

const hints: Readonly<Record<Compared, string>> = {
  number: 'Give a number, as digits.',
  float: 'Give a number, as digits.',
  double: 'Give a number, as digits.',
  date: 'Give a date, as 2024-01-31.',
  datetime: 'Give a date and time without zone, as 2024-01-31T12:00:00.',
  timestamp: 'Give a date and time, as 2024-01-31T12:00:00Z.',
  time: 'Give a time, as 12:00:00.',
  text: 'Give well-formed text.',
  bytes: 'Give bytes as \\x and hexadecimal digits.',
  uuid: 'Give a uuid, as 123e4567-e89b-12d3-a456-426614174000.',
  document: 'Give well-formed text.',
  none: 'Such a column can only be asked whether it is null.',
}

function parameterOf(value: Operand, compared: Compared): Parameter | undefined {
  const text = String(value)
  switch (compared) {
    case 'number':
      return typeof value === 'boolean' ? intParameter(value ? 1n : 0n) : numberParameter(text)
    case 'float':
      return isNumber(text) ? doubleParameter(Math.fround(Number(text))) : undefined
    case 'double':
      return isNumber(text) ? doubleParameter(Number(text)) : undefined
    case 'date':
      return dateParameter(text, /^$/)
    case 'datetime':
      return dateParameter(text, /^$/)
    case 'timestamp':
      return dateParameter(text, /^(|Z|[+-]\d\d(:?\d\d)?)$/)
    case 'time':
      return durationParameter(text)
    case 'text':
    case 'document':
      return text.isWellFormed() ? textParameter(text) : undefined
    case 'bytes':
      return /^\\x([0-9a-f]{2})*$/i.test(text) ? bytesParameter(Buffer.from(text.slice(2), 'hex')) : undefined
    case 'uuid':
      return /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text) ? textParameter(text) : undefined
    case 'none':
      return undefined
  }
}

const numberForm = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/
const isNumber = (text: string): boolean => numberForm.test(text) && Number.isFinite(Number(text))
const mostDigits = 65
const mostFraction = 30

/** Exactly that number, as an integer where it is one of 64 bits; undefined where it is none, or beyond the server's. */
export function numberParameter(text: string): Parameter | undefined {
  const [, sign, whole, fraction = '', exponent = '0'] = numberForm.exec(text) ?? []
  if (whole === undefined) return undefined
  // 12.5e3 is 12500: the point moves.
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  const left = (point > 0 ? digits.slice(0, point).padEnd(point, '0') : '').replace(/^0+/, '') || '0'
  const right = (point < 0 ? '0'.repeat(-point) + digits : digits.slice(point)).replace(/0+$/, '')
  if (left.length + right.length > mostDigits || right.length > mostFraction) return undefined
  const plain = `${sign === '-' ? '-' : ''}${left}${right === '' ? '' : `.${right}`}`
  const integer = right === '' ? BigInt(plain) : undefined
  return integer !== undefined && BigInt.asIntN(64, integer) === integer
    ? intParameter(integer)
    : decimalParameter(plain)
}

const dateForm = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?(.*)$/

/** A date and time in UTC, or of an unnamed clock where there is no zone. */
function dateParameter(text: string, zones: RegExp): Parameter | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = ''] =
    dateForm.exec(text) ?? []
  if (year === undefined || !zones.test(zone)) return undefined
  const parts = [year, month, day, hour, minute, second, fraction.padEnd(6, '0')].map(Number)
  const isZero = parts[0] === 0 && parts[1] === 0 && parts[2] === 0
  // The zero date is no day, but a value that a column may hold.
  if (!isZero && daysOf(parts[0]!, parts[1]!, parts[2]!) === undefined && !/-00/.test(text.slice(0, 10)))
    return undefined
  if (parts[3]! > 23 || parts[4]! > 59 || parts[5]! > 59) return undefined
  if (zone === '' || zone === 'Z') return datetimeParameter(parts)
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(':', '') || 0)]
  const shift = (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000
  const utc = new Date(0)
  utc.setUTCFullYear(parts[0]!, parts[1]! - 1, parts[2]!)
  utc.setUTCHours(parts[3]!, parts[4]!, parts[5]!)
  const at = new Date(utc.getTime() - shift)
  if (at.getUTCFullYear() < 0 || at.getUTCFullYear() > 9999) return undefined
  return datetimeParameter([
    ...[at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()],
    ...[at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds(), parts[6]!],
  ])
}

function durationParameter(text: string): Parameter | undefined {
  const [, sign, hours, minutes, seconds = '0', fraction = ''] =
    /^(-?)(\d{1,3}):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?$/.exec(text) ?? []
  if (hours === undefined || Number(hours) > 838) return undefined
  return timeParameter(sign === '-', [Number(hours), Number(minutes), Number(seconds), Number(fraction.padEnd(6, '0'))])
}
