/**
 * Rows in flight: a schema, and column batches in an async iterable. Nothing holds a whole table.
 *
 * The layout of a column is that of Apache Arrow (little-endian values, offsets into bytes), but for validity and
 * booleans, which take one byte a row.
 */

/** How a value is carried. Everything without an exact columnar form is carried as `utf8`: the source's own text. */
export type FieldType =
  | { readonly is: 'bool' | 'int32' | 'int64' | 'float32' | 'float64' }
  | { readonly is: 'utf8' | 'json' | 'binary' | 'uuid' }
  /** Days since 1970-01-01, proleptic Gregorian. */
  | { readonly is: 'date' }
  /** Microseconds since 1970-01-01T00:00:00: of UTC where `zone`, of an unnamed local clock where not. */
  | { readonly is: 'timestamp'; readonly zone: boolean }
  /** Digits scaled by 10^scale. 1 <= precision <= 38, 0 <= scale <= precision. */
  | { readonly is: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly is: 'list'; readonly of: FieldType }

export interface Field {
  readonly name: string
  readonly type: FieldType
  readonly nullable: boolean
  /** The source's own word for the type, kept so that nothing is lost; never interpreted. */
  readonly native: string
}

export type Schema = readonly Field[]

/**
 * The values of one field in a batch.
 *
 * - `fixed`: one slot a row, a null's slot is zero. bool: Uint8Array (0 or 1) · int32, date: Int32Array ·
 *   int64, timestamp, decimal of precision <= 18: BigInt64Array · float32: Float32Array · float64: Float64Array ·
 *   decimal of precision > 18 and uuid: Uint8Array, 16 bytes a row (decimal: little-endian two's complement;
 *   uuid: as written).
 * - `bytes`: utf8, json (verbatim text) and binary: row i is `data[offsets[i] .. offsets[i + 1])`.
 * - `list`: row i is items `offsets[i] .. offsets[i + 1]` of `items`.
 *
 * `validity` has a byte a row, 1 where there is a value and 0 where null; absent when no row is null.
 * Arrays may be longer than the batch needs. They are the reader's until it asks for the next batch: the producer
 * may then use their memory again.
 */
export type Column = { readonly validity?: Uint8Array | undefined } & (
  | { readonly layout: 'fixed'; readonly values: FixedValues }
  | { readonly layout: 'bytes'; readonly offsets: Int32Array; readonly data: Uint8Array }
  | { readonly layout: 'list'; readonly offsets: Int32Array; readonly items: Column }
)

export type FixedValues = Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array

export interface Batch {
  readonly rows: number
  /** One column a field, in the order of the schema. */
  readonly columns: readonly Column[]
}

/** A table in flight. Returning from the iteration early must free what the producer holds. */
export interface Rows {
  readonly schema: Schema
  readonly batches: AsyncIterable<Batch>
}

/** The type as one word, as replies and documents name it: `int64`, `decimal(10,2)`, `list<utf8>`. */
export function typeName(type: FieldType): string {
  switch (type.is) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'timestamp':
      return type.zone ? 'timestamptz' : 'timestamp'
    case 'list':
      return `list<${typeName(type.of)}>`
    default:
      return type.is
  }
}

/** The type that `typeName` named. */
export function parseTypeName(name: string): FieldType {
  const decimal = /^decimal\((\d+),(\d+)\)$/.exec(name)
  if (decimal) return { is: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) }
  const list = /^list<(.+)>$/.exec(name)
  if (list) return { is: 'list', of: parseTypeName(list[1]!) }
  if (name === 'timestamp' || name === 'timestamptz') return { is: 'timestamp', zone: name === 'timestamptz' }
  if ((plainTypes as readonly string[]).includes(name)) return { is: name as (typeof plainTypes)[number] }
  throw new TypeError(`No field type is named ${name}`)
}

const plainTypes = ['bool', 'int32', 'int64', 'float32', 'float64', 'utf8', 'json', 'binary', 'uuid', 'date'] as const
