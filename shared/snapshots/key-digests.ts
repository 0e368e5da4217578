import { hash } from 'node:crypto'
import type { Column, FieldType } from '../domain/batch.ts'
import type { KeyDigests } from '../domain/key-digest.ts'
import { newBytes, writeAscii, writeBytes } from '../formats/bytes.ts'
import { plainCell } from '../formats/text/cell.ts'

/** The keys of a batch's rows. */
export interface RowKeys {
  /** 32 bits of a key, told cheaply: keys that differ in it differ, others may. */
  short(row: number): number
  /** 32 bytes, in a buffer that the next call uses again. */
  digest(row: number): Buffer
}

/** Keys whose columns are these, of these types. No value of a key is null. */
export function digestKeys(types: readonly FieldType[], columns: readonly Column[]): RowKeys {
  const text = newBytes()
  const cell = newBytes()
  const writers = columns.map((column, i) => cellWriter(types[i]!, column))
  let written = -1
  let digested = -1
  const digest = Buffer.alloc(32)
  const write = (row: number): void => {
    if (row === written) return
    written = row
    text.at = 0
    for (const writeCell of writers) {
      cell.at = 0
      writeCell(cell, row)
      writeAscii(text, `${cell.at}:`)
      writeBytes(text, cell.buffer.subarray(0, cell.at))
    }
  }
  return {
    short(row) {
      write(row)
      // FNV-1a
      let short = 0x811c9dc5
      for (let i = 0; i < text.at; i++) short = Math.imul(short ^ text.buffer[i]!, 0x01000193)
      return short ^ (short >>> 15)
    },
    digest(row) {
      if (row === digested) return digest
      write(row)
      digested = row
      // as a string, and not as a buffer of its own, which costs four times as much
      digest.write(hash('sha256', text.buffer.subarray(0, text.at), 'binary'), 'binary')
      return digest
    },
  }
}

function cellWriter(type: FieldType, column: Column): ReturnType<typeof plainCell> {
  if (column.layout !== 'bytes') return plainCell(type, column)
  const { data, offsets } = column
  return (out, row) => writeBytes(out, data, offsets[row]!, offsets[row + 1]!)
}

export const bucketOf = (digest: Buffer): number => digest.readUInt16BE(0)

/** Adds a key to what is known of its bucket. */
export function addDigest({ counts, sums }: KeyDigests, digest: Buffer): void {
  const bucket = bucketOf(digest)
  counts[bucket]!++
  sums[bucket] = sums[bucket]! + (digest.readBigUInt64BE(2) >> 4n)
}
