import { type ExporterRecord, type ExportFormat, type ExportRecord, exportFormats } from '../domain/exporter.ts'
import { Fault } from '../domain/faults.ts'
import type { Manifest } from '../domain/snapshot.ts'
import { extensionOf, extensions } from '../formats/encode.ts'
import { ulid } from '../snapshots/ulid.ts'

interface Asked {
  readonly exporter: ExporterRecord
  readonly manifest: Manifest
  readonly format: ExportFormat | undefined
  readonly requestedBy: string
}

/**
 * The record of an export that nobody has begun: where it writes, and as what, is settled here, so that every attempt does
 * the same. Fault not-offered where the version cannot be written so.
 */
export function newExport({ exporter, manifest, format, requestedBy }: Asked, now = Date.now()): ExportRecord {
  const { connector, mode, table } = exporter
  const requested = new Date(now).toISOString()
  const { dataset, version } = manifest
  if (table !== null && manifest.shape === 'files') throw noRows(manifest)
  const file = table === null ? fileOf(exporter, manifest, format, requested) : undefined
  const target = file?.key ?? table!
  const message = `Version ${version} of ${dataset}, ${manifest.rows} rows, is to be written to ${target} of ${connector} (${mode}).`
  return {
    id: `${exporter.name}-${ulid(now)}`,
    exporter: exporter.name,
    connector,
    dataset,
    version,
    target,
    to: file ? 'files' : 'tables',
    mode,
    format: file?.format ?? null,
    compression: file?.compression ?? 'none',
    state: 'pending',
    phase: 'queued',
    rows: 0,
    bytes: 0,
    percent: null,
    error: null,
    log: [{ at: requested, message }],
    requestedBy,
    requested,
    started: null,
    ended: null,
    cancelRequested: false,
    attempt: 0,
    heartbeat: null,
  }
}

function fileOf(
  { path: chosen, mode, format: usual }: ExporterRecord,
  manifest: Manifest,
  asked: ExportFormat | undefined,
  requested: string,
) {
  const path = chosen ?? ''
  const isFolder = path.endsWith('/')
  if (manifest.shape === 'files') {
    const key = isFolder ? path + onlyFile(manifest) : path
    if (manifest.parts.length !== 1) throw manyFiles(manifest)
    return { key: timed(key, mode, requested), format: null, compression: 'none' as const }
  }
  const ending = isFolder ? undefined : endingOf(path)
  const format = asked ?? usual ?? ending?.format ?? manifest.format
  const compression = ending?.format === format ? ending.compression : 'none'
  const key = isFolder ? path + manifest.dataset + extensions[format] : path
  return { key: timed(key, mode, requested), format, compression }
}

/** The name of a copied file, without the folders that it was in. */
const onlyFile = ({ dataset, parts }: Manifest): string => parts[0]?.path?.split('/').at(-1) || dataset

const compressions = ['none', 'gzip', 'zstd'] as const

/** The format that the end of a name says, and how the file is packed. */
function endingOf(path: string) {
  const name = path.toLowerCase()
  // Parquet packs its columns by itself, and Arrow is read as it comes.
  for (const format of exportFormats)
    for (const compression of compressions)
      if (name.endsWith(extensionOf(format, compression)) && (compression === 'none' || isText(format)))
        return { format, compression }
  if (name.endsWith('.jsonl')) return { format: 'ndjson', compression: 'none' } as const
  return undefined
}

const isText = (format: ExportFormat): boolean => format === 'csv' || format === 'ndjson' || format === 'json'

/** With the time before the first dot of the name, `prices-20260101T120000123Z.csv`, in the mode that asks for it. */
function timed(key: string, mode: ExporterRecord['mode'], requested: string): string {
  if (mode !== 'timestamp') return key
  const at = key.lastIndexOf('/') + 1
  const dot = key.indexOf('.', at + 1)
  const end = dot < 0 ? key.length : dot
  return `${key.slice(0, end)}-${requested.replace(/[-:.]/g, '')}${key.slice(end)}`
}

const noRows = ({ dataset }: Manifest): Fault =>
  new Fault('not-offered', `${dataset} holds files, which have no rows for a table.`, {
    hint: 'Take the files apart when they are copied (`parse`), or export them to a bucket or a file server.',
  })

const manyFiles = ({ dataset, parts }: Manifest): Fault =>
  new Fault('not-offered', `${dataset} holds ${parts.length} files, and an export writes one.`, {
    hint: 'Take the files apart when they are copied (`parse`): then their rows are one file.',
  })
