import { type Field, type FieldType, typeName } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { TableColumn } from './resolve-table.ts'

const words: Readonly<Partial<Record<FieldType['is'], string>>> = {
  bool: 'boolean',
  int32: 'integer',
  int64: 'bigint',
  float32: 'real',
  float64: 'double precision',
  utf8: 'text',
  // verbatim: jsonb would order keys and drop what is there twice
  json: 'json',
  binary: 'bytea',
  uuid: 'uuid',
  date: 'date',
}

/** The type of a new column that holds every value of a carried type, as the server words it. Fault not-offered. */
export function nativeOf({ name, type }: Pick<Field, 'name' | 'type'>): string {
  if (type.is === 'timestamp') return `timestamp ${type.zone ? 'with' : 'without'} time zone`
  if (type.is === 'decimal') return `numeric(${type.precision},${type.scale})`
  if (type.is !== 'list') return words[type.is]!
  if (type.of.is !== 'list') return `${nativeOf({ name, type: type.of })}[]`
  throw new Fault('not-offered', `The column ${JSON.stringify(name)} holds lists of lists.`, {
    hint: 'Leave it out, or keep it as json.',
  })
}

/** Why a column cannot hold the values of a field exactly; undefined: it can. */
export function refusalOf(field: Field, column: TableColumn): string | undefined {
  return holds(field, column) ? undefined : `cannot be kept exactly as ${column.native}`
}

function holds(field: Field, column: TableColumn): boolean {
  const { type } = field
  const { native } = column
  // it came from a column like that
  if (native === field.native && typeName(column.type) === typeName(type)) return true
  if (type.is === 'list' && type.of.is === 'list') return false
  if (native === nativeOf(field)) return true
  switch (type.is) {
    case 'int32':
      // a smallint that is too small is refused by the server, whole
      return ['smallint', 'bigint', 'double precision'].includes(native) || isNumericOf(native, 10, 0)
    case 'int64':
      return isNumericOf(native, 19, 0)
    case 'float32':
      return native === 'double precision'
    case 'decimal':
      return isNumericOf(native, type.precision, type.scale)
    case 'utf8':
      return /^character varying(\(\d+\))?$/.test(native)
    default:
      return false
  }
}

function isNumericOf(native: string, precision: number, scale: number): boolean {
  if (native === 'numeric') return true
  const [, digits, after] = /^numeric\((\d+),(\d+)\)$/.exec(native) ?? []
  if (digits === undefined || after === undefined) return false
  return Number(after) >= scale && Number(digits) - Number(after) >= precision - scale
}

/** Most characters of a text there; undefined: any. The server would cut spaces off without a word. */
export const charactersOf = (native: string): number | undefined => {
  const [, most] = /^character varying\((\d+)\)$/.exec(native) ?? []
  return most === undefined ? undefined : Number(most)
}
