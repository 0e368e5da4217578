/** How Headgate's types lie in Parquet: https://github.com/apache/parquet-format (parquet.thrift, LogicalTypes.md). */
import { type Field, type FieldType, type Schema, typeName } from '../../domain/batch.ts'
import { distinctNames } from '../names.ts'
import { bool, i32, struct, type Thrift, text } from './thrift.ts'

/** How a leaf's values are laid out, and its physical type's number. */
export const physicalTypes = {
  bool: 0,
  int32: 1,
  int64: 2,
  float32: 4,
  float64: 5,
  bytes: 6,
  /** 16 bytes, big-endian two's complement. */
  decimal128: 7,
  uuid: 7,
} as const
export type Physical = keyof typeof physicalTypes

/** The one leaf column of a field: Parquet stores leaves. */
export interface Leaf {
  readonly physical: Physical
  readonly path: readonly string[]
  /** The highest repetition and definition levels. */
  readonly maxRepetition: number
  readonly maxDefinition: number
}

const optional = 1
const repeated = 2

export function leafOf(type: FieldType, nullable: boolean, name: string): Leaf {
  const own = nullable ? 1 : 0
  if (type.is !== 'list') {
    return { physical: physicalOf(type), path: [name], maxRepetition: 0, maxDefinition: own }
  }
  const item = leafOf(type.of, true, 'element')
  return {
    physical: item.physical,
    path: [name, 'list', ...item.path],
    maxRepetition: item.maxRepetition + 1,
    maxDefinition: item.maxDefinition + own + 1,
  }
}

/** The leaves of a schema, their names made distinct. */
export function leavesOf(schema: Schema): Leaf[] {
  const names = distinctNames(schema.map(({ name }) => name))
  return schema.map(({ type, nullable }, i) => leafOf(type, nullable, names[i]!))
}

/** The schema's elements, depth first, the root among them. */
export function schemaElements(schema: Schema): Thrift[] {
  const names = distinctNames(schema.map(({ name }) => name))
  const root = struct({ 4: text('schema'), 5: i32(schema.length) })
  return [root, ...schema.flatMap(({ type, nullable }, i) => elementsOf(type, nullable, names[i]!))]
}

/** Under this key the file's metadata holds the columns as Headgate knows them. */
export const schemaKey = 'headgate.schema'

export interface KeptField {
  readonly name: string
  readonly type: string
  readonly nativeType: string
  readonly nullable: boolean
}

export const schemaText = (schema: Schema): string =>
  JSON.stringify(
    schema.map(
      ({ name, type, native, nullable }: Field): KeptField => ({
        name,
        type: typeName(type),
        nativeType: native,
        nullable,
      }),
    ),
  )

function physicalOf(type: Exclude<FieldType, { is: 'list' }>): Physical {
  switch (type.is) {
    case 'utf8':
    case 'json':
    case 'binary':
      return 'bytes'
    case 'date':
      return 'int32'
    case 'timestamp':
      return 'int64'
    case 'decimal':
      return type.precision <= 18 ? 'int64' : 'decimal128'
    default:
      return type.is
  }
}

function elementsOf(type: FieldType, nullable: boolean, name: string): Thrift[] {
  const repetition = nullable ? optional : 0
  if (type.is === 'list') {
    return [
      struct({ 3: i32(repetition), 4: text(name), 5: i32(1), 6: i32(3), 10: struct({ 3: struct({}) }) }),
      struct({ 3: i32(repeated), 4: text('list'), 5: i32(1) }),
      ...elementsOf(type.of, true, 'element'),
    ]
  }
  const physical = physicalTypes[physicalOf(type)]
  return [
    struct({
      1: i32(physical),
      2: physical === physicalTypes.uuid ? i32(16) : undefined,
      3: i32(repetition),
      4: text(name),
      ...annotations(type),
    }),
  ]
}

/** Converted type, scale, precision and logical type. */
function annotations(type: FieldType): Record<number, Thrift> {
  switch (type.is) {
    case 'utf8':
      return { 6: i32(0), 10: struct({ 1: struct({}) }) }
    case 'json':
      return { 6: i32(19), 10: struct({ 12: struct({}) }) }
    case 'uuid':
      return { 10: struct({ 14: struct({}) }) }
    case 'date':
      return { 6: i32(6), 10: struct({ 6: struct({}) }) }
    case 'decimal': {
      const [scale, precision] = [i32(type.scale), i32(type.precision)]
      return { 6: i32(5), 7: scale, 8: precision, 10: struct({ 5: struct({ 1: scale, 2: precision }) }) }
    }
    case 'timestamp': {
      const logical = struct({ 8: struct({ 1: bool(type.zone), 2: struct({ 2: struct({}) }) }) })
      // The older annotation means UTC, so a local timestamp must not carry it.
      return type.zone ? { 6: i32(10), 10: logical } : { 10: logical }
    }
    default:
      return {}
  }
}
