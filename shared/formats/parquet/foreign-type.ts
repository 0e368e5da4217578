/** What columns of Parquet files that others wrote are here, and how their raw values become ours. */
import type { SchemaElement } from 'hyparquet'
import type { FieldType } from '../../domain/batch.ts'

export interface ForeignType {
  readonly type: FieldType
  /** A raw value as `columnOfRaw` takes it; absent where it is that already. Undefined for one that cannot be carried. */
  readonly convert?: (raw: never) => unknown
}

/** The type of a leaf by its logical type, else by its physical one. Times of day travel as text. */
export function foreignType(element: SchemaElement): ForeignType {
  const { type } = element
  switch (logicalOf(element)) {
    case 'DECIMAL':
      return decimalType(element)
    case 'DATE':
      return { type: { is: 'date' } }
    case 'TIMESTAMP':
      return timestampType(element)
    case 'TIME':
      return timeType(element)
    case 'UUID':
      return { type: { is: 'uuid' } }
    case 'FLOAT16':
      return { type: { is: 'float32' }, convert: halfToNumber }
    case 'STRING':
    case 'ENUM':
      return { type: { is: 'utf8' } }
    case 'JSON':
      return { type: { is: 'json' } }
    case 'UNSIGNED':
      if (type === 'INT64') return { type: { is: 'decimal', precision: 20, scale: 0 }, convert: unsigned64 }
      if (bitsOf(element) === 32) return { type: { is: 'int64' }, convert: (raw: number) => BigInt(raw >>> 0) }
      return { type: { is: 'int32' } }
    default:
      return physicalType(type)
  }
}

function physicalType(type: SchemaElement['type']): ForeignType {
  switch (type) {
    case 'BOOLEAN':
      return { type: { is: 'bool' } }
    case 'INT32':
      return { type: { is: 'int32' } }
    case 'INT64':
      return { type: { is: 'int64' } }
    case 'INT96':
      return { type: { is: 'timestamp', zone: false }, convert: nanosToMicros }
    case 'FLOAT':
      return { type: { is: 'float32' } }
    case 'DOUBLE':
      return { type: { is: 'float64' } }
    default:
      return { type: { is: 'binary' } }
  }
}

/** The logical type in one word, whether the file says it in the new way or in the old. */
function logicalOf({ logical_type: logical, converted_type: converted }: SchemaElement): string | undefined {
  if (logical?.type === 'INTEGER') return logical.isSigned ? undefined : 'UNSIGNED'
  if (logical) return logical.type
  if (converted === 'UTF8') return 'STRING'
  return converted?.replace(/^UINT_.*/, 'UNSIGNED').replace(/_(MILLIS|MICROS)$/, '')
}

const bitsOf = ({ logical_type: logical, converted_type: converted }: SchemaElement): number =>
  logical?.type === 'INTEGER' ? logical.bitWidth : Number(converted?.split('_')[1] ?? 32)

function decimalType({ type, logical_type: logical, precision, scale }: SchemaElement): ForeignType {
  const digits = logical?.type === 'DECIMAL' ? logical.precision : (precision ?? 0)
  const places = logical?.type === 'DECIMAL' ? logical.scale : (scale ?? 0)
  const isBytes = type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY'
  const toBig = (raw: unknown) => (isBytes ? bigOfBytes(raw as Uint8Array) : BigInt(raw as number | bigint))
  if (digits < 1 || digits > 38 || places > digits || places < 0)
    return { type: { is: 'utf8' }, convert: (raw: unknown) => Buffer.from(decimalText(toBig(raw), places)) }
  const decimal = { is: 'decimal', precision: digits, scale: places } as const
  const limit = 10n ** BigInt(digits)
  return {
    type: decimal,
    convert: (raw: unknown) => {
      const value = toBig(raw)
      if (value >= limit || value <= -limit) return undefined
      return digits <= 18 ? value : wideBytes(value)
    },
  }
}

function timestampType({ logical_type: logical, converted_type: converted }: SchemaElement): ForeignType {
  const unit = logical?.type === 'TIMESTAMP' ? logical.unit : converted === 'TIMESTAMP_MILLIS' ? 'MILLIS' : 'MICROS'
  const zone = logical?.type === 'TIMESTAMP' ? logical.isAdjustedToUTC : true
  const type = { is: 'timestamp', zone } as const
  if (unit === 'MILLIS') return { type, convert: (raw: bigint) => asInt64(raw * 1000n) }
  return unit === 'NANOS' ? { type, convert: nanosToMicros } : { type }
}

function timeType({ logical_type: logical, converted_type: converted }: SchemaElement): ForeignType {
  const unit = logical?.type === 'TIME' ? logical.unit : converted === 'TIME_MILLIS' ? 'MILLIS' : 'MICROS'
  const digits = { MILLIS: 3, MICROS: 6, NANOS: 9 }[unit]
  return { type: { is: 'utf8' }, convert: (raw: number | bigint) => Buffer.from(timeText(BigInt(raw), digits)) }
}

function timeText(value: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits)
  const two = (part: bigint) => String(part).padStart(2, '0')
  const seconds = value / unit
  const fraction = String(value % unit).padStart(digits, '0')
  return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}.${fraction}`
}

/** Whole microseconds alone can be carried. */
function nanosToMicros(nanos: bigint): bigint | undefined {
  return nanos % 1000n === 0n ? nanos / 1000n : undefined
}

const asInt64 = (value: bigint): bigint | undefined => (BigInt.asIntN(64, value) === value ? value : undefined)

const unsigned64 = (raw: bigint): Uint8Array => wideBytes(BigInt.asUintN(64, raw))

/** Sixteen bytes, the highest first. */
function wideBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(16)
  const view = new DataView(bytes.buffer)
  view.setBigInt64(0, value >> 64n)
  view.setBigUint64(8, BigInt.asUintN(64, value))
  return bytes
}

/** Two's complement of any length, the highest byte first. */
function bigOfBytes(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex')}`))
}

function decimalText(value: bigint, scale: number): string {
  if (scale <= 0) return String(value * 10n ** BigInt(-scale))
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** IEEE 754 binary16, little-endian. */
function halfToNumber(bytes: Uint8Array): number {
  const half = bytes[0]! | (bytes[1]! << 8)
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
