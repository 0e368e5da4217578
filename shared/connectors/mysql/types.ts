import type { FieldType } from '../../domain/batch.ts'
import type { Shape } from '../sql/slots.ts'
import type { Described } from './packets.ts'

/** How the bytes of a binary value become a slot of a column. */
export type Coding =
  | 'tiny' | 'tiny-unsigned' | 'short' | 'short-unsigned' | 'int' | 'int-unsigned' | 'long' | 'long-unsigned'
  | 'float' | 'double' | 'decimal' | 'date' | 'datetime' | 'time'
  | 'bytes' | 'text' | 'bits' | 'many-bits' | 'uuid' | 'geometry' // biome-ignore format: a list

/** What a value of the column is compared as. */
export type Compared =
  | 'number' | 'float' | 'double' | 'date' | 'datetime' | 'timestamp' | 'time'
  | 'text' | 'bytes' | 'uuid' | 'document' | 'none' // biome-ignore format: a list

/** How a column travels: its carried type, how it is decoded, and as what it is compared. */
export interface Carried {
  readonly type: FieldType
  readonly shape: Shape<Coding>
  readonly compared: Compared
  /** Digits of a second that the server's text of a duration shows. */
  readonly fraction: number
}

const unsignedFlag = 32
const binaryCharset = 63
const int32: FieldType = { is: 'int32' }
const utf8: FieldType = { is: 'utf8' }

const words = (coding: Coding): Carried => carried(int32, { coding, layout: 'words' }, 'number')
const bytesAs = (type: FieldType, compared: Compared, coding: Coding = 'text'): Carried =>
  carried(type, { coding, layout: 'bytes' }, compared)

function carried(type: FieldType, shape: Shape<Coding>, compared: Compared, fraction = 0): Carried {
  return { type, shape, compared, fraction }
}

/** By `enum_field_types`. What has no exact columnar form travels as the server's own text. */
export function carry(column: Described): Carried {
  const isUnsigned = (column.flags & unsignedFlag) !== 0
  switch (column.type) {
    case 1:
      return words(isUnsigned ? 'tiny-unsigned' : 'tiny')
    case 2:
      return words(isUnsigned ? 'short-unsigned' : 'short')
    case 13: // year
      return words('short-unsigned')
    case 9: // mediumint
      return words('int')
    case 3:
      if (!isUnsigned) return words('int')
      return carried({ is: 'int64' }, { coding: 'int-unsigned', layout: 'pairs' }, 'number')
    case 8:
      if (!isUnsigned) return carried({ is: 'int64' }, { coding: 'long', layout: 'pairs' }, 'number')
      return carried(
        { is: 'decimal', precision: 20, scale: 0 },
        { coding: 'long-unsigned', layout: 'sixteens' },
        'number',
      )
    case 4:
      return carried({ is: 'float32' }, { coding: 'float', layout: 'words', isFloat: true }, 'float')
    case 5:
      return carried({ is: 'float64' }, { coding: 'double', layout: 'pairs', isFloat: true }, 'double')
    case 0:
    case 246:
      return carryDecimal(column, isUnsigned)
    case 10:
    case 14:
      return carried({ is: 'date' }, { coding: 'date', layout: 'words' }, 'date')
    case 7:
      return carried({ is: 'timestamp', zone: true }, { coding: 'datetime', layout: 'pairs' }, 'timestamp')
    case 12:
      return carried({ is: 'timestamp', zone: false }, { coding: 'datetime', layout: 'pairs' }, 'datetime')
    case 11:
      return carried(utf8, { coding: 'time', layout: 'bytes' }, 'time', column.decimals)
    case 16:
      if (column.length < 64) return carried({ is: 'int64' }, { coding: 'bits', layout: 'pairs' }, 'number')
      return carried({ is: 'decimal', precision: 20, scale: 0 }, { coding: 'many-bits', layout: 'sixteens' }, 'number')
    case 245:
      return bytesAs({ is: 'json' }, 'document')
    case 255:
      return bytesAs({ is: 'binary' }, 'none', 'geometry')
    default:
      return carryText(column)
  }
}

/** Up to 38 digits a decimal; more are text by the column's type, whatever its data, so that the schema is stable. */
function carryDecimal({ length, decimals }: Described, isUnsigned: boolean): Carried {
  const scale = decimals
  // The length counts the point and the sign.
  const precision = Math.max(1, length - (scale > 0 ? 1 : 0) - (isUnsigned ? 0 : 1), scale)
  if (precision > 38) return bytesAs(utf8, 'number')
  const layout = precision <= 18 ? 'pairs' : 'sixteens'
  return carried({ is: 'decimal', precision, scale }, { coding: 'decimal', layout, scale }, 'number')
}

function carryText({ charset, extension }: Described): Carried {
  if (extension === 'json') return bytesAs({ is: 'json' }, 'text')
  if (extension === 'uuid') return carried({ is: 'uuid' }, { coding: 'uuid', layout: 'sixteens' }, 'uuid')
  return charset === binaryCharset ? bytesAs({ is: 'binary' }, 'bytes', 'bytes') : bytesAs(utf8, 'text')
}

/** Whether two ways to travel are one. */
export const isSameWay = (a: Carried, b: Carried): boolean => JSON.stringify(a) === JSON.stringify(b)
