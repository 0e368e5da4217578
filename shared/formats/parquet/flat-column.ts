/** Columns straight from their pages, laid out as our writer does: one data page of version 1, plain or by a dictionary. */
import type { Column, FieldType } from '../../domain/batch.ts'
import { valuesIn } from '../values.ts'
import { readHybrid } from './hybrid.ts'
import type { Leaf } from './leaf.ts'
import { type PageHead, readPageHead } from './page-head.ts'

export interface FlatReader {
  /**
   * The column that a chunk's bytes hold, in memory that the next call uses again; undefined where they are laid out in
   * another way. Throws where they are broken.
   */
  read(chunk: Uint8Array, rows: number): Column | undefined
}

const plain = 0
const dictionary = 8
const pages = { data: 0, dictionary: 2 } as const

/** Bytes of a value in a page. */
const widths = { int32: 4, float32: 4, int64: 8, float64: 8, uuid: 16, decimal128: 16 } as const

/** Reads the chunks of one column. `unpack` gives a page of so many bytes, whose buffer is freed once it is read. */
export function newFlatReader(
  type: FieldType,
  { physical, maxDefinition }: Leaf,
  unpack: (page: Uint8Array, length: number) => Uint8Array,
): FlatReader {
  let validity = new Uint8Array(0)
  let codes = new Int32Array(0)
  let offsets = new Int32Array(0)
  let data = new Uint8Array(0)

  /** How many of the rows have values; then where they begin in the page. */
  const readValidity = (page: Uint8Array, rows: number): readonly [count: number, at: number] => {
    if (maxDefinition === 0) return [rows, 0]
    const end = 4 + lengthAt(page, 0)
    if (validity.length < rows) validity = new Uint8Array(rows)
    readHybrid(validity, rows, 1, { bytes: page, at: 4, end: Math.min(end, page.length) })
    let count = 0
    for (let row = 0; row < rows; row++) count += validity[row]!
    return [count, end]
  }
  /** For each value its place in the dictionary. */
  const readCodes = (page: Uint8Array, at: number, count: number, distinct: number): Int32Array => {
    if (codes.length < count) codes = new Int32Array(count)
    readHybrid(codes, count, page[at]!, { bytes: page, at: at + 1, end: page.length })
    for (let i = 0; i < count; i++) if (codes[i]! >= distinct) throw new RangeError('A value is not in the dictionary.')
    return codes
  }
  const fixed = (values: Uint8Array, where: Where, width: number): Uint8Array => {
    if (data.length < where.rows * width) data = new Uint8Array(where.rows * width)
    if (!where.codes && !where.validity) data.set(values.subarray(0, where.rows * width))
    else scatter(new Int32Array(data.buffer), new Int32Array(new Uint8Array(values).buffer), where, width / 4)
    return data
  }
  const bits = (values: Uint8Array, { rows, validity }: Where): Uint8Array => {
    if (data.length < rows) data = new Uint8Array(rows)
    for (let row = 0, i = 0; row < rows; row++) {
      const isThere = validity === undefined || validity[row] === 1
      data[row] = isThere ? (values[i >> 3]! >> (i & 7)) & 1 : 0
      if (isThere) i++
    }
    return data
  }
  /** Texts by their ends, each behind its length in the page. */
  const texts = (values: Uint8Array, starts: Int32Array, { rows, validity, codes }: Where): Column => {
    if (offsets.length <= rows) offsets = new Int32Array(rows + 1)
    offsets[0] = 0
    for (let row = 0, i = 0; row < rows; row++) {
      const isThere = validity === undefined || validity[row] === 1
      const place = codes ? codes[i]! : i
      offsets[row + 1] = offsets[row]! + (isThere ? starts[place + 1]! - starts[place]! - 4 : 0)
      if (isThere) i++
    }
    const size = offsets[rows]!
    if (data.length < size) data = new Uint8Array(Math.max(size, Math.min(2 * data.length, 2 * size)))
    for (let row = 0, i = 0; row < rows; row++) {
      if (validity !== undefined && validity[row] === 0) continue
      const from = starts[codes ? codes[i]! : i]!
      i++
      copy(data, offsets[row]!, values, from, offsets[row + 1]! - offsets[row]!)
    }
    return { layout: 'bytes', offsets, data, validity }
  }

  const read = (chunk: Uint8Array, rows: number, open: (head: PageHead) => Uint8Array): Column | undefined => {
    let head = readPageHead(chunk, 0)
    let values: Uint8Array | undefined
    let distinct = 0
    if (head.type === pages.dictionary) {
      if (head.encoding !== plain) return undefined
      values = open(head)
      distinct = head.values
      head = readPageHead(chunk, head.body + head.packed)
    }
    const isOnly = head.type === pages.data && head.values === rows && head.body + head.packed === chunk.length
    if (!isOnly || head.encoding !== (values ? dictionary : plain)) return undefined
    const page = open(head)
    const [count, at] = readValidity(page, rows)
    const where: Where = {
      rows,
      validity: count < rows ? validity : undefined,
      codes: values && readCodes(page, at, count, distinct),
    }
    values ??= page.subarray(at)
    const there = where.codes ? distinct : count
    if (physical === 'bytes') return texts(values, startsOf(values, there), where)
    const length = physical === 'bool' ? Math.ceil(there / 8) : there * widths[physical]
    if (values.length < length) throw new RangeError('The values end early.')
    values = values.subarray(0, length)
    const bytes = physical === 'bool' ? bits(values, where) : fixed(values, where, widths[physical])
    if (physical === 'decimal128') for (let at = 0; at < rows * 16; at += 16) bytes.subarray(at, at + 16).reverse()
    return { layout: 'fixed', values: valuesIn(type, bytes), validity: where.validity }
  }
  return {
    read(chunk, rows) {
      const opened: Uint8Array[] = []
      const open = ({ body, packed, unpacked }: PageHead): Uint8Array => {
        const page = unpack(chunk.subarray(body, body + packed), unpacked)
        opened.push(page)
        if (page.length !== unpacked) throw new RangeError('A page is not as long as its head says.')
        return page
      }
      const column = read(chunk, rows, open)
      // everything is copied by now: left to the collector, pages would pile up
      for (const page of opened) (page.buffer as ArrayBuffer).transfer(0)
      return column
    },
  }
}

/** Which value each row has. */
interface Where {
  readonly rows: number
  /** Absent: each has one. */
  readonly validity: Uint8Array | undefined
  /** The places of the values in a dictionary; absent: they come one after another. */
  readonly codes: Int32Array | undefined
}

/** Values of `words` words each; a row without one has zeros. */
function scatter(to: Int32Array, from: Int32Array, { rows, validity, codes }: Where, words: number): void {
  for (let row = 0, i = 0; row < rows; row++) {
    if (validity !== undefined && validity[row] === 0) {
      for (let word = 0; word < words; word++) to[row * words + word] = 0
      continue
    }
    const at = (codes ? codes[i]! : i) * words
    i++
    for (let word = 0; word < words; word++) to[row * words + word] = from[at + word]!
  }
}

/** Where `count` texts begin, each behind the four bytes of its length, and where a next one's would. */
function startsOf(values: Uint8Array, count: number): Int32Array {
  const starts = new Int32Array(count + 1)
  let at = 4
  for (let i = 0; i < count; i++) {
    starts[i] = at
    at += lengthAt(values, at - 4) + 4
    if (at - 4 > values.length) throw new RangeError('A text ends early.')
  }
  starts[count] = at
  return starts
}

function lengthAt(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw new RangeError('A length is missing.')
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}

function copy(to: Uint8Array, at: number, from: Uint8Array, start: number, length: number): void {
  if (length > 32) to.set(from.subarray(start, start + length), at)
  else for (let i = 0; i < length; i++) to[at + i] = from[start + i]!
}
