import type { Rows } from '../domain/batch.ts'

export const wireFormats = ['json', 'ndjson', 'csv', 'arrow', 'parquet'] as const
export type WireFormat = (typeof wireFormats)[number]

/** What a reply in the format names as its type. */
export const contentTypes = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8; header=present',
  arrow: 'application/vnd.apache.arrow.stream',
  parquet: 'application/vnd.apache.parquet',
} as const satisfies Record<WireFormat, string>

/** How names of files in the format end. */
export const extensions = {
  json: '.json',
  ndjson: '.ndjson',
  csv: '.csv',
  arrow: '.arrows',
  parquet: '.parquet',
} as const satisfies Record<WireFormat, string>

const packed = { none: '', gzip: '.gz', zstd: '.zst' } as const

/** How names of files in the format end that are packed so. */
export const extensionOf = (format: WireFormat, compression: keyof typeof packed): string =>
  `${extensions[format]}${packed[compression]}`

export interface EncodeOptions {
  /** JSON only: where the rows go on, asked once the batches have ended. */
  readonly next?: (() => string | null) | undefined
  /** Aborting makes the iteration throw the signal's reason and frees the producer. */
  readonly signal?: AbortSignal | undefined
  /** Parquet only: rows a row group, at most; 65,536 where absent. */
  readonly rowGroupRows?: number | undefined
  /** Of long files, not JSON or Arrow: whether a second thread encodes; where absent, the cores decide. */
  readonly worker?: boolean | undefined
}

/**
 * Rows as bytes of the format. Only that format's writer is loaded. Nothing is read before the first chunk is asked
 * for, no more than a few batches are held, and nothing is sent before the first batch is there. What the producer
 * throws comes through as it is; returning early frees it.
 */
export async function* encode(format: WireFormat, rows: Rows, options: EncodeOptions = {}): AsyncGenerator<Uint8Array> {
  const write = await writerOf(format)
  yield* write(rows, options)
}

async function writerOf(
  format: WireFormat,
): Promise<(rows: Rows, options: EncodeOptions) => AsyncIterable<Uint8Array>> {
  switch (format) {
    case 'json':
      return (await import('./json.ts')).writeJson
    case 'ndjson':
      return (await import('./ndjson.ts')).writeNdjson
    case 'csv':
      return (await import('./csv.ts')).writeCsv
    case 'arrow':
      return (await import('./arrow/write.ts')).writeArrow
    case 'parquet':
      return (await import('./parquet/write.ts')).writeParquet
  }
}
