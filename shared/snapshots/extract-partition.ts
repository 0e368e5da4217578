import { createHash, type Hash } from 'node:crypto'
import type { Consistency, Extract } from '../connectors/kind.ts'
import { type Rows, typeName } from '../domain/batch.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault } from '../domain/faults.ts'
import type { ManifestColumn } from '../domain/schema-change.ts'
import type { Manifest, Part } from '../domain/snapshot.ts'
import { contentTypes, encode, extensionOf } from '../formats/encode.ts'
import { pack } from '../formats/pack.ts'
import type { World } from '../ports/index.ts'
import { fileKey, partKey, type Writer } from './keys.ts'
import { openLeased } from './open-leased.ts'
import type { Pace } from './pace.ts'
import type { Plan } from './plan-snapshot.ts'

/** What one partition became. Plain JSON. */
export interface Extracted {
  readonly shape: Manifest['shape']
  readonly columns: readonly ManifestColumn[]
  readonly parts: readonly Part[]
  readonly consistency: Consistency
}

export interface Extracting {
  readonly signal: AbortSignal
  readonly pace: Pace
  /** How often the partition was begun. */
  readonly tries: number
  /** The token of the view that is read. */
  readonly view?: unknown
  /** Told of rows and bytes as they pass. */
  readonly onProgress: (more: { readonly rows: number; readonly bytes: number }) => void
}

/** Copies one partition of a plan into parts. Holds a batch and what the format buffers, never a table. */
export async function extractPartition(
  world: World<{ catalog: 'write'; sources: 'open'; objects: 'write' }>,
  { datasource, prefix, partitions }: Pick<Plan, 'datasource' | 'prefix' | 'partitions'>,
  partition: number,
  at: Extracting,
): Promise<Extracted> {
  const opened = await openLeased(world, datasource, at)
  const { connection, selection, signal } = opened
  const writer = { partitions: partitions.length, partition, tries: at.tries }
  try {
    const extract = await connection.extract(selection, partitions[partition], at.view)
    return await keepExtract(world, extract, { datasource, prefix, writer }, { ...at, signal })
  } finally {
    await opened.close()
  }
}

/** Where an extract is kept, and as what. */
export interface Keeping extends Pick<Plan, 'datasource' | 'prefix'> {
  readonly writer: Writer
}

/** Keeps an extract as parts. */
export async function keepExtract(
  world: World<{ objects: 'write' }>,
  extract: Extract,
  { datasource, prefix, writer }: Keeping,
  at: Extracting,
): Promise<Extracted> {
  if (extract.shape === 'files') {
    const parts = await copyFiles(world, extract.files, (path) => fileKey(prefix, path, writer), at)
    return { shape: 'files', columns: [], parts, consistency: 'none' }
  }
  if (extract.schema.length === 0)
    throw new Fault('not-offered', 'The selection has no columns.', { hint: 'Select at least one column.' })
  const { format, compression } = datasource
  const key = (index: number) => partKey(prefix, writer, index, extensionOf(format, compression))
  const parts = await writeRows(world, extract, datasource, key, at)
  return { shape: 'rows', columns: describeColumns(extract), parts, consistency: extract.consistency }
}

/** As many files as the size asks for, at least one: no rows are a file without rows. */
export async function writeRows(
  { objects }: World<{ objects: 'write' }>,
  { schema, batches }: Rows,
  { format, compression }: Pick<DatasourceRecord, 'format' | 'compression'>,
  key: (index: number) => string,
  { signal, pace: { partBytes }, onProgress }: Extracting,
): Promise<Part[]> {
  const source = batches[Symbol.asyncIterator]()
  const parts: Part[] = []
  try {
    let next = await source.next()
    do {
      const tally = newTally()
      const share = async function* () {
        while (!next.done && tally.bytes < partBytes) {
          signal.throwIfAborted()
          const { rows } = next.value
          yield next.value
          tally.rows += rows
          onProgress({ rows, bytes: 0 })
          next = await source.next()
        }
      }
      const packed = pack(compression, encode(format, { schema, batches: share() }, { signal }))
      const contentType = packedTypes[compression] ?? contentTypes[format]
      parts.push(await putPart(objects, key(parts.length), measured(packed, tally, onProgress), tally, contentType))
    } while (!next.done)
  } finally {
    await source.return?.()
  }
  return parts
}

export async function copyFiles(
  { objects }: World<{ objects: 'write' }>,
  files: (Extract & { shape: 'files' })['files'],
  key: (path: string) => string,
  { signal, onProgress }: Extracting,
): Promise<Part[]> {
  const parts: Part[] = []
  for await (const { path, bytes } of files) {
    signal.throwIfAborted()
    const tally = newTally()
    const part = await putPart(objects, key(path), measured(bytes, tally, onProgress), tally)
    parts.push({ ...part, path })
  }
  return parts
}

/** What a packed file is, whatever is in it: who downloads it gets a file, and nobody unpacks it on the way. */
const packedTypes = { none: undefined, gzip: 'application/gzip', zstd: 'application/zstd' } as const

interface Tally {
  rows: number
  bytes: number
  readonly hash: Hash
}

const newTally = (): Tally => ({ rows: 0, bytes: 0, hash: createHash('sha256') })

async function putPart(
  objects: World<{ objects: 'write' }>['objects'],
  key: string,
  bytes: AsyncIterable<Uint8Array>,
  tally: Tally,
  contentType = 'application/octet-stream',
): Promise<Part> {
  const { size } = await objects.put(key, bytes, { ifAbsent: true, contentType })
  if (size !== tally.bytes) throw new Fault('internal', `A part holds ${size} bytes where ${tally.bytes} were written.`)
  return { key, rows: tally.rows, bytes: tally.bytes, sha256: tally.hash.digest('hex') }
}

/** The same chunks, counted and hashed on their way. */
async function* measured(chunks: AsyncIterable<Uint8Array>, tally: Tally, onProgress: Extracting['onProgress']) {
  for await (const chunk of chunks) {
    tally.hash.update(chunk)
    tally.bytes += chunk.byteLength
    onProgress({ rows: 0, bytes: chunk.byteLength })
    yield chunk
  }
}

export const describeColumns = ({ schema }: Pick<Rows, 'schema'>): ManifestColumn[] =>
  schema.map(({ name, type, native, nullable }) => ({ name, type: typeName(type), nativeType: native, nullable }))
