import type { FieldType } from '../../../domain/batch.ts'
import { parseDate, parseDecimal, parseTimestamp } from '../../../formats/text/parse.ts'

/** Whether a text is a value of a type and nothing is lost when it is carried as one: not `007`, nor `1e400`. */
export function fits(type: FieldType, text: string): boolean {
  switch (type.is) {
    case 'bool':
      return /^(true|false|True|False|TRUE|FALSE)$/.test(text)
    case 'int64':
      return /^(0|-?[1-9]\d{0,18})$/.test(text) && (text.length < 19 || isInt64(BigInt(text)))
    case 'float64':
      return isFloat(text)
    case 'decimal':
      return isDecimal(text, type.precision, type.scale)
    case 'date':
      return text.length === 10 && parseDate(text) !== undefined
    case 'timestamp':
      return /^\d{4}-\d\d-\d\d[T ]\d\d:/i.test(text) && parseTimestamp(text)?.hasZone === type.zone
    default:
      return true
  }
}

const isInt64 = (value: bigint): boolean => BigInt.asIntN(64, value) === value

/** Numbers whose digits a double gives back: up to 15 always, more where the shortest text of the double is the same. */
function isFloat(text: string): boolean {
  if (/^(NaN|nan|[+-]?(inf|Inf|Infinity))$/.test(text)) return true
  const found = /^-?(?:0|[1-9]\d*)?(?:\.(\d+))?(?:[eE][+-]?\d{1,3})?$/.exec(text)
  if (!found || !/\d/.test(text) || /^-?[eE]/.test(text)) return false
  if (text.length <= 15 && !/[eE]/.test(text)) return true
  const value = Number(text)
  return Number.isFinite(value) && isSame(text, String(value))
}

function isSame(a: string, b: string): boolean {
  const left = parseDecimal(a)
  const right = parseDecimal(b)
  if (!left || !right) return false
  const scale = BigInt(Math.max(left.scale, right.scale))
  return left.unscaled * 10n ** (scale - BigInt(left.scale)) === right.unscaled * 10n ** (scale - BigInt(right.scale))
}

function isDecimal(text: string, precision: number, scale: number): boolean {
  const found = /^-?(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text)
  if (!found) return false
  const [, whole = '', fraction = ''] = found
  return fraction.length <= scale && (whole === '0' ? 0 : whole.length) <= precision - scale
}

/** Types in the order in which they are tried. */
const plain: readonly FieldType[] = [
  { is: 'bool' },
  { is: 'int64' },
  { is: 'float64' },
  { is: 'date' },
  { is: 'timestamp', zone: false },
  { is: 'timestamp', zone: true },
]

/** The types that every text of a column has fitted so far. */
export interface Guess {
  types: readonly FieldType[]
  /** Most digits before and after the point, where all are plain decimal numbers. */
  digits: { whole: number; fraction: number } | undefined
  seen: number
}

export const newGuess = (): Guess => ({ types: plain, digits: { whole: 0, fraction: 0 }, seen: 0 })

export function addText(guess: Guess, text: string): void {
  guess.seen++
  guess.types = guess.types.filter((type) => fits(type, text))
  if (!guess.digits) return
  const found = /^-?(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text)
  guess.digits = found
    ? {
        whole: Math.max(guess.digits.whole, found[1]!.length),
        fraction: Math.max(guess.digits.fraction, found[2]?.length ?? 0),
      }
    : undefined
}

/** The first type that all fitted: a decimal only where neither int64 nor float64 carries the digits. */
export function guessed({ types, digits, seen }: Guess): FieldType {
  if (seen === 0) return { is: 'utf8' }
  if (types[0]) return types[0]
  if (digits && digits.whole + digits.fraction <= 38) return { is: 'decimal', precision: 38, scale: digits.fraction }
  return { is: 'utf8' }
}
