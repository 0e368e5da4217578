import type { Batch, Column, FieldType, Rows } from '../../shared/domain/batch.ts'

/** A value as text, null for NULL: numbers as digits, times as ISO 8601, bytes as hex, lists as arrays. */
export type Shown = string | null | readonly Shown[]

/** Every row of rows in flight, each value shown. For small tables only. */
export async function showRows({ schema, batches }: Rows): Promise<Shown[][]> {
  const rows: Shown[][] = []
  for await (const batch of batches) rows.push(...showBatch(schema, batch))
  return rows
}

export function showBatch(schema: Rows['schema'], batch: Batch): Shown[][] {
  return Array.from({ length: batch.rows }, (_, row) =>
    schema.map(({ type }, i) => showValue(type, batch.columns[i]!, row)),
  )
}

function showValue(type: FieldType, column: Column, row: number): Shown {
  if (column.validity && column.validity[row] === 0) return null
  if (column.layout === 'list') {
    const { of } = type as { of: FieldType }
    const [from, to] = [column.offsets[row]!, column.offsets[row + 1]!]
    return Array.from({ length: to - from }, (_, i) => showValue(of, column.items, from + i))
  }
  if (column.layout === 'bytes') {
    const bytes = Buffer.from(column.data.subarray(column.offsets[row]!, column.offsets[row + 1]!))
    return type.is === 'binary' ? bytes.toString('hex') : bytes.toString('utf8')
  }
  const { values } = column
  switch (type.is) {
    case 'bool':
      return String(values[row] === 1)
    case 'float32':
    case 'float64':
      return Object.is(values[row], -0) ? '-0' : String(values[row])
    case 'decimal':
      return showDecimal(type.precision > 18 ? sixteen(values as Uint8Array, row) : (values[row] as bigint), type.scale)
    case 'uuid':
      return Buffer.from((values as Uint8Array).subarray(16 * row, 16 * row + 16)).toString('hex')
    case 'date':
      return showDate(values[row] as number)
    case 'timestamp':
      return showTime(values[row] as bigint)
    default:
      return String(values[row])
  }
}

function sixteen(bytes: Uint8Array, row: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return (view.getBigInt64(16 * row + 8, true) << 64n) | view.getBigUint64(16 * row, true)
}

function showDecimal(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return units < 0n ? `-${text}` : text
}

/** Days since 1970 as the proleptic Gregorian date, years before 1 as PostgreSQL words them. */
function showDate(days: number): string {
  // Civil-from-days, counting from 0000-03-01 in eras of 400 years.
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const ofEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  )
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const moon = Math.floor((5 * ofYear + 2) / 153)
  const day = ofYear - Math.floor((153 * moon + 2) / 5) + 1
  const month = moon < 10 ? moon + 3 : moon - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const shown = `${String(year > 0 ? year : 1 - year).padStart(4, '0')}-${two(month)}-${two(day)}`
  return year > 0 ? shown : `${shown} BC`
}

function showTime(micros: bigint): string {
  const day = 86_400_000_000n
  const rest = ((micros % day) + day) % day
  const [date, era = ''] = showDate(Number((micros - rest) / day)).split(' ')
  const seconds = Number(rest / 1_000_000n)
  const fraction = String(rest % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':')
  return `${date} ${clock}${fraction ? `.${fraction}` : ''}${era ? ` ${era}` : ''}`
}

const two = (value: number): string => String(value).padStart(2, '0')
