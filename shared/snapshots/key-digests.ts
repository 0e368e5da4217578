import { hash } from 'node:crypto'
import type { Column, FieldType } from '../domain/batch.ts'
import type { KeyDigests } from '../domain/key-digest.ts'
import { newBytes, writeAscii, writeBytes } from '../formats/bytes.ts'
import { plainCell } from '../formats/text/cell.ts'

/** The digest of a row's key, 32 bytes. */
export type DigestOf = (row: number) => Buffer

/** The digests of keys whose columns are these, of these types. No value of a key is null. */
export function digestKeys(types: readonly FieldType[], columns: readonly Column[]): DigestOf {
  const text = newBytes()
  const cell = newBytes()
  const writers = columns.map((column, i) => cellWriter(types[i]!, column))
  return (row) => {
    text.at = 0
    for (const write of writers) {
      cell.at = 0
      write(cell, row)
      writeAscii(text, `${cell.at}:`)
      writeBytes(text, cell.buffer.subarray(0, cell.at))
    }
    return hash('sha256', text.buffer.subarray(0, text.at), 'buffer')
  }
}

function cellWriter(type: FieldType, column: Column): ReturnType<typeof plainCell> {
  if (column.layout !== 'bytes') return plainCell(type, column)
  const { data, offsets } = column
  return (out, row) => writeBytes(out, data.subarray(offsets[row]!, offsets[row + 1]!))
}

export const bucketOf = (digest: Buffer): number => digest.readUInt16BE(0)

/** Adds a key to what is known of its bucket. */
export function addDigest({ counts, sums }: KeyDigests, digest: Buffer): void {
  const bucket = bucketOf(digest)
  counts[bucket]!++
  sums[bucket] = sums[bucket]! + (digest.readBigUInt64BE(2) >> 4n)
}
