import { type Field, typeName } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { Greeting } from './greeting.ts'
import type { TableColumn } from './resolve-table.ts'

/** The type of a new column that holds the values of a carried type exactly, or refuses them. Fault not-offered. */
export function nativeOf({ name, type }: Field, { isMariadb }: Pick<Greeting, 'isMariadb'>): string {
  switch (type.is) {
    case 'bool':
      return 'tinyint(1)'
    case 'int32':
      return 'int'
    case 'int64':
      return 'bigint'
    case 'float32':
      return 'float'
    case 'float64':
      return 'double'
    case 'json':
      // MySQL's own would order keys and drop what is there twice
      return isMariadb ? 'json' : 'longtext'
    case 'utf8':
      return 'longtext'
    case 'binary':
      return 'longblob'
    case 'uuid':
      return isMariadb ? 'uuid' : 'char(36)'
    case 'date':
      return 'date'
    case 'timestamp':
      return type.zone ? 'timestamp(6)' : 'datetime(6)'
    case 'decimal':
      if (type.scale <= mostScale[isMariadb ? 'mariadb' : 'mysql']) return `decimal(${type.precision},${type.scale})`
  }
  throw new Fault(
    'not-offered',
    `No column of the server can hold ${JSON.stringify(name)}, which is ${typeName(type)}.`,
    {
      hint: 'Leave the column out, or choose another form for it in the datasource, by a query for one.',
    },
  )
}

const mostScale = { mariadb: 38, mysql: 30 }

/** Why a column cannot hold the values of a field exactly; undefined: it can, or the server refuses those that do not fit. */
export const refusalOf =
  ({ isMariadb }: Pick<Greeting, 'isMariadb'>) =>
  (field: Field, column: TableColumn): string | undefined =>
    holds(field, column, isMariadb) ? undefined : `cannot be kept exactly as ${column.native}`

function holds(field: Field, column: TableColumn, isMariadb: boolean): boolean {
  const { type } = field
  const { native } = column
  // geometries are read in a form that the server does not take
  if (column.carried.compared === 'none') return false
  // it came from a column like that
  if (native === field.native && typeName(column.type) === typeName(type)) return true
  switch (type.is) {
    case 'bool':
      return isInteger.test(native)
    case 'int32':
      return isInteger.test(native) || isDecimalOf(native, 10, 0) || native === 'double'
    case 'int64':
      return /^bigint/.test(native) || isDecimalOf(native, 19, 0)
    case 'float32':
      return native === 'float' || native === 'double'
    case 'float64':
      return native === 'double'
    case 'decimal':
      return isDecimalOf(native, type.precision, type.scale)
    case 'utf8':
      return /^varchar\(\d+\)$|^(tiny|medium|long)?text$/.test(native)
    case 'json':
      return column.type.is === 'json' ? isMariadb : native === 'longtext'
    case 'binary':
      return /^varbinary\(\d+\)$|^(tiny|medium|long)?blob$/.test(native)
    case 'uuid':
      return native === 'uuid' || native === 'char(36)' || native === 'varchar(36)'
    case 'date':
      return native === 'date'
    case 'timestamp':
      return native === (type.zone ? 'timestamp(6)' : 'datetime(6)')
    default:
      return false
  }
}

/** Those that are too small for a value refuse it. */
const isInteger = /^(tiny|small|medium|big)?int\b/

function isDecimalOf(native: string, precision: number, scale: number): boolean {
  const [, digits, after] = /^decimal\((\d+),(\d+)\)/.exec(native) ?? []
  if (digits === undefined || after === undefined) return false
  return Number(after) >= scale && Number(digits) - Number(after) >= precision - scale
}

/** How long a text may be there. The server would cut spaces off at the end without a word. */
export interface Room {
  readonly most: number
  readonly unit: 'characters' | 'bytes'
}

/** Undefined: as long as a value can be. */
export function roomOf(native: string): Room | undefined {
  const [, most] = /^varchar\((\d+)\)$/.exec(native) ?? []
  if (most !== undefined) return { most: Number(most), unit: 'characters' }
  const bytes = { tinytext: 255, text: 65_535, mediumtext: 16_777_215 }[native]
  return bytes === undefined ? undefined : { most: bytes, unit: 'bytes' }
}
