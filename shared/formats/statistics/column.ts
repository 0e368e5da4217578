import type { Column, Field, FieldType, FixedValues } from '../../domain/batch.ts'
import { newBytes, takeBytes } from '../bytes.ts'
import { jsonCell } from '../text/json-cell.ts'
import { newValues } from '../values.ts'
import { Histogram } from './histogram.ts'
import { clockWidth, decimalWidth, type Width } from './widths.ts'

/** A value as rows in JSON have it. */
export type JsonValue = string | number | boolean | null

/** So many rows of a column. Its edges are null where nothing is beyond them: the first and the last. */
export type Bar =
  | { readonly count: number; readonly value: JsonValue }
  | { readonly count: number; readonly from: JsonValue; readonly to: JsonValue }

/** What is in a column, counted over all rows. */
export interface ColumnCounts {
  readonly nulls: number
  /** Null where there are too many to tell. */
  readonly distinct: number | null
  /** The lowest and the highest value; null where there is none, or the type has no order worth a histogram. */
  readonly min: JsonValue
  readonly max: JsonValue
  /** Values where there are few, ranges where there is an order, or else none. */
  readonly bars: readonly Bar[]
  /** Rows that are neither NULL nor in a bar. */
  readonly others: number
}

/** Values that are shown one by one. */
const mostValues = 8
/** Larger numbers, infinities and what is no number are in no bar: beyond it a bar would have no end. */
const largest = 1e300
/** Bytes of a text that is remembered as one of few. */
const longestText = 200

/** Counts one column, batch after batch. `mostDistinct`: values that are told apart. */
export class ColumnCounter {
  readonly #type: FieldType
  readonly #mostDistinct: number
  readonly #histogram: Histogram | undefined
  #rows = 0
  #nulls = 0
  #unplaced = 0
  #distinct: Map<string | number | bigint, number> | undefined
  #min: number | bigint | undefined
  #max: number | bigint | undefined

  constructor({ type }: Field, mostDistinct: number) {
    this.#type = type
    this.#mostDistinct = mostDistinct
    const widths = widthsOf(type)
    this.#histogram = widths && new Histogram(...widths)
    this.#distinct = widths || type.is === 'bool' || type.is === 'utf8' ? new Map() : undefined
  }

  add(column: Column, rows: number): void {
    this.#rows += rows
    const { validity } = column
    const text = column.layout === 'bytes' ? Buffer.from(column.data.buffer, column.data.byteOffset) : undefined
    for (let i = 0; i < rows; i++) {
      if (validity && validity[i] === 0) this.#nulls++
      else if (column.layout === 'fixed' && (this.#histogram || this.#distinct)) this.#number(column.values[i]!)
      else if (column.layout === 'bytes' && this.#distinct) {
        const [from, to] = [column.offsets[i]!, column.offsets[i + 1]!]
        if (to - from > longestText) this.#distinct = undefined
        // One character a byte: a key, not the text.
        else this.#tell(text!.toString('latin1', from, to))
      }
    }
  }

  counts(): ColumnCounts {
    const there = this.#rows - this.#nulls
    const distinct = this.#distinct
    const counted = {
      nulls: this.#nulls,
      distinct: distinct?.size ?? (there === 0 ? 0 : null),
      min: this.#min === undefined ? null : this.#json(this.#min),
      max: this.#max === undefined ? null : this.#json(this.#max),
    }
    if (this.#histogram && (distinct === undefined || distinct.size > mostValues)) {
      const buckets = this.#histogram.buckets()
      const last = buckets.length - 1
      const bars = buckets.map(({ from, to, count }, i) => ({
        count,
        from: i === 0 ? null : this.#json(from),
        to: i === last ? null : this.#json(to),
      }))
      return { ...counted, bars, others: this.#unplaced }
    }
    const most = [...(distinct ?? [])].toSorted((a, b) => b[1] - a[1]).slice(0, mostValues)
    const isTelling = (distinct?.size ?? 0) <= mostValues || (most[0]?.[1] ?? 0) >= there * 0.02
    const bars = isTelling ? most.map(([value, count]) => ({ value: this.#json(value), count })) : []
    return { ...counted, bars, others: there - bars.reduce((sum, { count }) => sum + count, 0) }
  }

  #number(value: number | bigint): void {
    const number = Number(value)
    if (Math.abs(number) <= largest && this.#histogram) {
      if (this.#min === undefined || value < this.#min) this.#min = value
      if (this.#max === undefined || value > this.#max) this.#max = value
      this.#histogram.add(number)
    } else this.#unplaced++
    if (this.#distinct) this.#tell(value)
  }

  #tell(value: string | number | bigint): void {
    const distinct = this.#distinct!
    const before = distinct.get(value)
    if (before === undefined && distinct.size >= this.#mostDistinct) this.#distinct = undefined
    else distinct.set(value, (before ?? 0) + 1)
  }

  #json(value: string | number | bigint): JsonValue {
    const out = newBytes()
    jsonCell(this.#type, cellOf(this.#type, value), false)(out, 0)
    return JSON.parse(Buffer.from(takeBytes(out)).toString()) as JsonValue
  }
}

/** A column of this one value. */
function cellOf(type: FieldType, value: string | number | bigint): Column {
  if (typeof value === 'string') {
    const data = Buffer.from(value, 'latin1')
    return { layout: 'bytes', offsets: Int32Array.of(0, data.length), data }
  }
  const values: FixedValues = newValues(type, 1)
  if (values instanceof BigInt64Array) values[0] = BigInt(value)
  else values[0] = Number(value)
  return { layout: 'fixed', values }
}

/** Widths of the bars of a type whose order is worth a histogram. */
function widthsOf(type: FieldType): readonly [widths: (step: number) => Width, lowestStep: number] | undefined {
  switch (type.is) {
    case 'int32':
    case 'int64':
    case 'date':
      return [decimalWidth, 0]
    case 'decimal':
      return type.precision > 18 ? undefined : [decimalWidth, 0]
    case 'float32':
    case 'float64':
      return [decimalWidth, -44]
    case 'timestamp':
      return [clockWidth, 0]
    default:
      return undefined
  }
}
