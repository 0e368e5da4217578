/** The head of a page, in the compact protocol of Apache Thrift: https://github.com/apache/parquet-format (PageHeader). */

export interface PageHead {
  readonly type: number
  /** Bytes of the page's body, packed and unpacked. */
  readonly packed: number
  readonly unpacked: number
  /** Values in it, nulls among them. */
  readonly values: number
  readonly encoding: number
  /** Where the body begins. */
  readonly body: number
}

/** The head that begins at `at`. Throws where it is none. */
export function readPageHead(bytes: Uint8Array, at: number): PageHead {
  const reader = { bytes, at }
  const fields = readStruct(reader)
  const number = (of: Fields, field: number): number => {
    const value = of.get(field)
    if (typeof value !== 'number') throw new RangeError('The head of a page lacks a number.')
    return value
  }
  const type = number(fields, 1)
  // 5: of a data page, 7: of a dictionary; both begin with their values and encoding
  const own = fields.get(type === 2 ? 7 : 5)
  const about = own instanceof Map ? own : undefined
  return {
    type,
    unpacked: number(fields, 2),
    packed: number(fields, 3),
    values: about ? number(about, 1) : 0,
    encoding: about ? number(about, 2) : -1,
    body: reader.at,
  }
}

type Fields = Map<number, number | Fields | null>

interface Reader {
  readonly bytes: Uint8Array
  at: number
}

function readStruct(reader: Reader): Fields {
  const fields: Fields = new Map()
  for (let field = 0; ; ) {
    const head = readByte(reader)
    if (head === 0) return fields
    field = head >> 4 === 0 ? readNumber(reader) : field + (head >> 4)
    fields.set(field, readValue(reader, head & 15))
  }
}

/** Numbers and structs; of everything else only how long it is. */
function readValue(reader: Reader, code: number): number | Fields | null {
  if (code === 1 || code === 2) return null
  if (code === 3) return readByte(reader)
  if (code >= 4 && code <= 6) return readNumber(reader)
  if (code === 12) return readStruct(reader)
  if (code === 7) reader.at += 8
  else if (code === 8) reader.at += readVarint(reader)
  else throw new RangeError('The head of a page has a field of no known kind.')
  return null
}

function readByte(reader: Reader): number {
  if (reader.at >= reader.bytes.length) throw new RangeError('The head of a page ends early.')
  return reader.bytes[reader.at++]!
}

function readVarint(reader: Reader): number {
  let value = 0
  for (let scale = 1; ; scale *= 128) {
    const byte = readByte(reader)
    value += (byte & 127) * scale
    if (byte < 128) return value
  }
}

function readNumber(reader: Reader): number {
  const value = readVarint(reader)
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
