/** Row groups to the bytes of a Parquet file, one after another. */
import { constants, zstdCompressSync } from 'node:zlib'
import type { Schema } from '../../domain/batch.ts'
import { type Bytes, newBytes, reserve, writeBytes } from '../bytes.ts'
import type { GroupEncoder } from '../groups/encoder.ts'
import { type Dictionary, newDictionary, numberValues } from './dictionary.ts'
import { bitWidthOf, writeHybrid } from './hybrid.ts'
import { type Leaf, leavesOf, physicalTypes, schemaElements, schemaKey, schemaText } from './leaf.ts'
import { writePlain } from './plain.ts'
import { newShredded, type Shredded, shred } from './shred.ts'
import { type Bounds, boundsOf } from './statistics.ts'
import { binary, i16, i32, i64, list, struct, type Thrift, text, written } from './thrift.ts'

const magic = 'PAR1'
const encodings = { plain: 0, rle: 3, dictionary: 8 } as const
const zstd = 6
const pages = { data: 0, dictionary: 2 } as const

/** An encoder for a file of these columns. It keeps scratch for one column and the metadata of the groups. */
export function newFileEncoder(schema: Schema): GroupEncoder {
  const leaves = leavesOf(schema)
  const shredded = newShredded()
  const dictionary = newDictionary()
  const body = newBytes()
  const out = newBytes(64 * 1024)
  const groups: Uint8Array[] = []
  let position = 0
  let rows = 0

  const take = (): Uint8Array => {
    const bytes = out.buffer.slice(0, out.at)
    position += out.at
    out.at = 0
    return bytes
  }

  return {
    encode(group) {
      if (position === 0) writeBytes(out, new TextEncoder().encode(magic))
      const start = position + out.at
      const chunks = group.columns.map((column, i) => {
        const { type, nullable } = schema[i]!
        shred(shredded, type, nullable, column)
        return encodeChunk({ out, body, position, leaf: leaves[i]!, shredded, dictionary })
      })
      const meta = struct({
        1: list(chunks.map(({ meta }) => meta)),
        2: i64(chunks.reduce((sum, { uncompressed }) => sum + uncompressed, 0)),
        3: i64(group.rows),
        5: i64(start),
        6: i64(position + out.at - start),
        7: groups.length < 32_768 ? i16(groups.length) : undefined,
      })
      groups.push(thriftBytes(meta))
      rows += group.rows
      return take()
    },
    finish() {
      if (position === 0) writeBytes(out, new TextEncoder().encode(magic))
      const footer = thriftBytes(
        struct({
          1: i32(2),
          2: list(schemaElements(schema)),
          3: i64(rows),
          4: list(groups.map(written), 12),
          5: list([struct({ 1: text(schemaKey), 2: text(schemaText(schema)) })]),
          6: text('headgate'),
          7: list(leaves.map(() => struct({ 1: struct({}) }))),
        }),
      )
      writeBytes(out, footer)
      writeLength(out, footer.length)
      writeBytes(out, new TextEncoder().encode(magic))
      return take()
    },
  }
}

interface ChunkAt {
  readonly out: Bytes
  /** Scratch for a page before it is compressed. */
  readonly body: Bytes
  /** Where in the file `out` begins. */
  readonly position: number
  readonly leaf: Leaf
  readonly shredded: Shredded
  readonly dictionary: Dictionary
}

/** Writes one column's pages and returns what the footer says of them. */
function encodeChunk(at: ChunkAt): { meta: Thrift; uncompressed: number } {
  const { out, body, position, leaf, shredded, dictionary } = at
  const { physical } = leaf
  const { leaf: column, index, values, entries } = shredded
  const distinct = physical === 'bool' ? 0 : numberValues(dictionary, column, index, values)
  const start = out.at
  let uncompressed = 0
  if (distinct > 0) {
    body.at = 0
    writePlain(body, physical, column, dictionary.first, distinct)
    const head = struct({ 1: i32(distinct), 2: i32(encodings.plain) })
    uncompressed += writePage(out, body, pages.dictionary, head)
  }
  const dataStart = out.at
  const encoding = distinct > 0 ? encodings.dictionary : encodings.plain
  body.at = 0
  if (leaf.maxRepetition > 0) writeLevels(body, shredded.repetition, entries, leaf.maxRepetition)
  if (leaf.maxDefinition > 0) writeLevels(body, shredded.definition, entries, leaf.maxDefinition)
  if (distinct === 0) writePlain(body, physical, column, index, values)
  else {
    const bitWidth = bitWidthOf(distinct - 1)
    reserve(body, 1)
    body.buffer[body.at++] = bitWidth
    writeHybrid(body, dictionary.codes, values, bitWidth)
  }
  const head = struct({ 1: i32(entries), 2: i32(encoding), 3: i32(encodings.rle), 4: i32(encodings.rle) })
  uncompressed += writePage(out, body, pages.data, head)

  const bounds =
    distinct > 0 ? boundsOf(physical, column, dictionary.first, distinct) : boundsOf(physical, column, index, values)
  const meta = struct({
    1: i32(physicalTypes[physical]),
    2: list([encodings.rle, encodings.plain, ...(distinct > 0 ? [encodings.dictionary] : [])].map(i32)),
    3: list(leaf.path.map(text)),
    4: i32(zstd),
    5: i64(entries),
    6: i64(uncompressed),
    7: i64(out.at - start),
    9: i64(position + dataStart),
    11: distinct > 0 ? i64(position + start) : undefined,
    12: statistics(bounds, entries - values),
  })
  return { meta: struct({ 2: i64(0), 3: meta }), uncompressed }
}

const statistics = (bounds: Bounds | undefined, nulls: number): Thrift =>
  struct({
    3: i64(nulls),
    5: bounds && binary(bounds.greatest),
    6: bounds && binary(bounds.least),
  })

/** Writes a page's head and its compressed body; returns its size were it not compressed. */
function writePage(out: Bytes, body: Bytes, type: number, head: Thrift): number {
  const raw = body.buffer.subarray(0, body.at)
  const compressed = zstdCompressSync(raw, compression(raw.length))
  const before = out.at
  struct({
    1: i32(type),
    2: i32(raw.length),
    3: i32(compressed.length),
    5: type === pages.data ? head : undefined,
    7: type === pages.dictionary ? head : undefined,
  }).write(out)
  const headLength = out.at - before
  writeBytes(out, compressed)
  // Left to the collector, these would pile up to some 60 MB: it sees a small object where there is much memory.
  ;(compressed.buffer as ArrayBuffer).transfer(0)
  return headLength + raw.length
}

/** Room for the worst case in one piece, and never from Buffer's pool: `writePage` frees it by hand. */
const compression = (length: number) => ({
  params: { [constants.ZSTD_c_compressionLevel]: 1 },
  pledgedSrcSize: length,
  chunkSize: Math.max(Buffer.poolSize, length + (length >> 7) + 1024),
})

/** Levels in the first version of data pages: their length, then the hybrid encoding. */
function writeLevels(out: Bytes, levels: Uint8Array, count: number, highest: number): void {
  const start = out.at
  writeLength(out, 0)
  writeHybrid(out, levels, count, bitWidthOf(highest))
  const end = out.at
  out.at = start
  writeLength(out, end - start - 4)
  out.at = end
}

function writeLength(out: Bytes, length: number): void {
  reserve(out, 4)
  for (let shift = 0; shift < 32; shift += 8) out.buffer[out.at++] = (length >>> shift) & 255
}

function thriftBytes(value: Thrift): Uint8Array {
  const out = newBytes(1024)
  value.write(out)
  return out.buffer.slice(0, out.at)
}
