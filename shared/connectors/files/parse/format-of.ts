import type { FileParser } from '../../../domain/file-parser.ts'

/** A file format that has rows. */
export type RowFormat = Exclude<FileParser, 'auto'>

const byEnding: Readonly<Record<string, RowFormat>> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  parquet: 'parquet',
  parq: 'parquet',
}

/** The format that the name of a file tells, whether it is compressed or not; undefined where it tells none. */
export function formatOf(key: string): RowFormat | undefined {
  const plain = key.toLowerCase().replace(/\.(gz|gzip|zst|zstd)$/, '')
  const ending = plain.slice(plain.lastIndexOf('.') + 1)
  const format = Object.hasOwn(byEnding, ending) ? byEnding[ending] : undefined
  return format === 'parquet' && plain !== key.toLowerCase() ? undefined : format
}
