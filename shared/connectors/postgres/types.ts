import type { FieldType } from '../../domain/batch.ts'
import type { Shape } from '../sql/slots.ts'
import type { Described } from './messages.ts'

/** How the bytes of a binary value become a slot of a column. */
export type Coding =
  | { readonly as: 'bool' | 'int2' | 'int4' | 'uint4' | 'int8' | 'float4' | 'float8' }
  | { readonly as: 'date' | 'timestamp' | 'uuid' | 'bytes' | 'jsonb' }
  | { readonly as: 'numeric'; readonly precision: number; readonly scale: number }
  | { readonly as: 'money'; readonly scale: number }
  | { readonly as: 'list'; readonly of: Coding }

/** How a column travels: its carried type, how it is decoded, and what to cast it to in the SELECT, if anything. */
export interface Carried {
  readonly type: FieldType
  readonly coding: Coding
  readonly cast: string
}

const plain = (type: FieldType, as: Exclude<Coding['as'], 'numeric' | 'money' | 'list'>): Carried => ({
  type,
  coding: { as },
  cast: '',
})
const utf8 = plain({ is: 'utf8' }, 'bytes')

/** Without an exact columnar form: the server's canonical text. */
const asText: Carried = { ...utf8, cast: '::text' }

/** By type OID (catalog pg_type, fixed since they were introduced). */
const scalars: Readonly<Record<number, Carried>> = {
  16: plain({ is: 'bool' }, 'bool'),
  21: plain({ is: 'int32' }, 'int2'),
  23: plain({ is: 'int32' }, 'int4'),
  20: plain({ is: 'int64' }, 'int8'),
  26: plain({ is: 'int64' }, 'uint4'), // oid
  700: plain({ is: 'float32' }, 'float4'),
  701: plain({ is: 'float64' }, 'float8'),
  25: utf8,
  1043: utf8, // varchar
  1042: utf8, // bpchar: a cast to text would strip its padding
  19: utf8, // name
  17: plain({ is: 'binary' }, 'bytes'),
  114: plain({ is: 'json' }, 'bytes'),
  3802: plain({ is: 'json' }, 'jsonb'),
  2950: plain({ is: 'uuid' }, 'uuid'),
  1082: plain({ is: 'date' }, 'date'),
  1114: plain({ is: 'timestamp', zone: false }, 'timestamp'),
  1184: plain({ is: 'timestamp', zone: true }, 'timestamp'),
}

const numeric = 1700
const money = 790
const box = 603

/** Array type -> element type, of the built-in ones. An element without a columnar form is carried as text. */
const elements: Readonly<Record<number, number>> = {
  1000: 16, 1001: 17, 1002: 18, 1003: 19, 1005: 21, 1007: 23, 1009: 25, 1014: 1042, 1015: 1043, 1016: 20, 1017: 600,
  1018: 601, 1019: 602, 1020: 603, 1021: 700, 1022: 701, 1027: 604, 1028: 26, 1040: 829, 1041: 869, 651: 650, 629: 628,
  719: 718, 775: 774, 143: 142, 199: 114, 1115: 1114, 1182: 1082, 1183: 1083, 1185: 1184, 1187: 1186, 1231: 1700,
  1270: 1266, 1561: 1560, 1563: 1562, 2951: 2950, 3643: 3614, 3645: 3615, 3807: 3802, 4073: 4072, 3221: 3220,
  3905: 3904, 3907: 3906, 3909: 3908, 3911: 3910, 3913: 3912, 3927: 3926, 791: 790, 271: 5069, 1011: 28, 1012: 29,
} // biome-ignore format: a table

const arrays: ReadonlyMap<number, number> = new Map(
  Object.entries(elements).map(([array, element]) => [element, Number(array)]),
)

/** The type of arrays of a built-in type whose elements are set apart by commas. */
export const arrayOf = (type: number): number | undefined => (type === box ? undefined : arrays.get(type))

/** The type that a money column needs to be known further: how many digits its currency has after the point. */
export const isMoney = ({ type }: Described): boolean => type === money

/**
 * How a column of that type travels. `moneyScale`: the digits after the point of the server's currency
 * (`lc_monetary`), null where nobody has asked.
 */
export function carry({ type, modifier }: Described, moneyScale: number | null): Carried {
  const element = elements[type]
  if (element !== undefined) return carryList(carry({ name: '', type: element, modifier }, null), element)
  if (type === numeric) return carryNumeric(modifier)
  if (type === money && moneyScale !== null)
    return {
      type: { is: 'decimal', precision: 19, scale: moneyScale },
      coding: { as: 'money', scale: moneyScale },
      cast: '',
    }
  return scalars[type] ?? asText
}

function carryList(item: Carried, element: number): Carried {
  const cast = item.cast === '' ? '' : element === money ? '::numeric[]::text[]' : '::text[]'
  return { type: { is: 'list', of: item.type }, coding: { as: 'list', of: item.coding }, cast }
}

/**
 * numeric(p,s) with p <= 38 is a decimal; a negative scale becomes more digits before the point, a scale above the
 * precision more digits after it. Without a limit, or above it, the digits travel as text, whatever the data.
 */
function carryNumeric(modifier: number): Carried {
  if (modifier < 4) return asText
  const declared = ((modifier - 4) >> 16) & 0xffff
  // An eleven-bit signed number since PostgreSQL 15; never negative before.
  const given = (((modifier - 4) & 0x7ff) ^ 1024) - 1024
  const scale = Math.max(0, given)
  const precision = Math.max(declared - Math.min(0, given), scale)
  if (precision > 38) return asText
  return { type: { is: 'decimal', precision, scale }, coding: { as: 'numeric', precision, scale }, cast: '' }
}

/** How a column of that coding lies in memory. */
export function shapeOf(coding: Coding): Shape<Coding['as']> {
  const scale = 'scale' in coding ? coding.scale : 0
  switch (coding.as) {
    case 'bool':
      return { coding: coding.as, layout: 'octets' }
    case 'int2':
    case 'int4':
    case 'date':
      return { coding: coding.as, layout: 'words' }
    case 'float4':
    case 'float8':
      return { coding: coding.as, layout: coding.as === 'float4' ? 'words' : 'pairs', isFloat: true }
    case 'uuid':
    case 'money':
      return { coding: coding.as, layout: 'sixteens', scale }
    case 'numeric':
      return { coding: coding.as, layout: coding.precision <= 18 ? 'pairs' : 'sixteens', scale }
    case 'bytes':
    case 'jsonb':
      return { coding: coding.as, layout: 'bytes' }
    case 'list':
      return { coding: coding.as, layout: 'list', of: shapeOf(coding.of) }
    default:
      return { coding: coding.as, layout: 'pairs' }
  }
}
