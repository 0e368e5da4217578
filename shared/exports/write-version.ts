import type { Rows } from '../domain/batch.ts'
import type { ExportRecord } from '../domain/exporter.ts'
import { Fault } from '../domain/faults.ts'
import type { Manifest } from '../domain/snapshot.ts'
import type { Showing, Writer } from '../domain/writer.ts'
import { encode } from '../formats/encode.ts'
import { pack } from '../formats/pack.ts'
import type { World } from '../ports/index.ts'
import { leaseConnection } from '../snapshots/lease-connection.ts'
import { scanVersion } from '../snapshots/read-rows.ts'
import { openVersion } from '../snapshots/read-version.ts'
import { bytesOfParts, isWhole } from '../snapshots/whole-file.ts'
import type { ExportPace } from './export-pace.ts'
import { changeExport } from './export-record.ts'
import { gatherVersion } from './gather-version.ts'

/** What was written so far, and by what and of how much that is measured. */
export interface Count {
  rows: number
  bytes: number
  of?: { readonly unit: 'rows' | 'bytes'; readonly all: number }
}

export interface At extends Showing {
  readonly count: Count
  readonly signal: AbortSignal
  readonly abort: (reason: unknown) => void
  readonly pace: ExportPace
}

/** Writes the version that a claimed export names to where it points, over one of the connector's connections. */
export async function writeVersion(
  world: World<{ catalog: 'write'; objects: 'read'; sources: 'write' }>,
  record: ExportRecord,
  at: At,
): Promise<{ readonly rows: number }> {
  const manifest = await openVersion(world, record.dataset, { version: record.version })
  const { record: connector, writer } = await world.sources.openToWrite(record.connector, at.signal)
  try {
    if (writer.to !== record.to) throw otherKind(record)
    const lease = await leaseConnection(world, connector, at)
    lease.lost.addEventListener('abort', () => at.abort(lease.lost.reason))
    try {
      await changeExport(world, record, () => ({ phase: 'writing' }))
      at.signal.throwIfAborted()
      await put(world, { record, manifest, writer }, at)
      return { rows: manifest.rows }
    } finally {
      // who has the lease next is the only one at the source
      await writer.close()
      await lease.release()
    }
  } finally {
    await writer.close()
  }
}

interface Putting {
  readonly record: ExportRecord
  readonly manifest: Manifest
  readonly writer: Writer
}

async function put(
  world: World<{ catalog: 'write'; objects: 'read' }>,
  { record, manifest, writer }: Putting,
  at: At,
): Promise<void> {
  const { count, ready, signal } = at
  const { mode, target, format, compression } = record
  if (writer.to === 'tables') {
    if (mode !== 'replace' && mode !== 'append') throw otherKind(record)
    count.of = { unit: 'rows', all: manifest.rows }
    const isLarge = manifest.bytes > at.pace.gatheredFromBytes
    if (isLarge && (await gatherVersion(world, { record, manifest, gatherer: writer.gatherer, mode }, at))) return
    await writer.put(target, counted(scanVersion(world, manifest, { signal }), count), { mode, ready })
    return
  }
  const isAsItIs = format === null || (compression === 'none' && isWhole(manifest, format))
  count.of = isAsItIs ? { unit: 'bytes', all: manifest.bytes } : { unit: 'rows', all: manifest.rows }
  const bytes = isAsItIs
    ? bytesOfParts(world, manifest)
    : pack(compression, encode(format, counted(scanVersion(world, manifest, { signal }), count), { signal }))
  await writer.put(target, measured(bytes, count, signal), { ifAbsent: mode !== 'replace', ready })
}

const counted = ({ schema, batches }: Rows, count: Count): Rows => ({
  schema,
  batches: (async function* () {
    for await (const batch of batches) {
      yield batch
      count.rows += batch.rows
    }
  })(),
})

async function* measured(bytes: AsyncIterable<Uint8Array>, count: Count, signal: AbortSignal) {
  for await (const chunk of bytes) {
    signal.throwIfAborted()
    yield chunk
    count.bytes += chunk.length
  }
}

const otherKind = ({ connector, to }: ExportRecord): Fault =>
  new Fault('conflict', `The connector ${connector} takes no ${to} any more.`, {
    hint: 'Change the exporter, and export again.',
  })
