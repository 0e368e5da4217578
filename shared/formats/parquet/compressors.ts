import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { decompressLz4, decompressLz4Raw } from 'hyparquet-compressors'
import { Fault } from '../../domain/faults.ts'

/** No writer makes pages of this size: a file that says so wants memory. */
const longestPage = 256 * 1024 * 1024

/** The codecs of Parquet pages besides Snappy. A page never comes to more than its header says. Fault too-large. */
export const compressors = {
  ZSTD: (input: Uint8Array, size: number) => zstdDecompressSync(input, limit(size)),
  GZIP: (input: Uint8Array, size: number) => gunzipSync(input, limit(size)),
  BROTLI: (input: Uint8Array, size: number) => brotliDecompressSync(input, limit(size)),
  LZ4: (input: Uint8Array, size: number) => decompressLz4(input, checked(size)),
  LZ4_RAW: (input: Uint8Array, size: number) => decompressLz4Raw(input, checked(size)),
}

const limit = (size: number) => ({ maxOutputLength: Math.max(1, checked(size)) })

function checked(size: number): number {
  if (size <= longestPage) return size
  throw new Fault('too-large', 'A page of the Parquet file is larger than 256 MB.', {
    hint: 'Have it written with smaller pages, if it is what it says.',
  })
}
