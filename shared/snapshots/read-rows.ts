import type { Window } from '../connectors/kind.ts'
import { type Batch, parseTypeName, type Rows, type Schema } from '../domain/batch.ts'
import { Fault } from '../domain/faults.ts'
import { columnsOf, type Filter, type Order } from '../domain/filter.ts'
import type { ManifestColumn } from '../domain/schema-change.ts'
import type { Manifest } from '../domain/snapshot.ts'
import { filterRows } from '../formats/filter.ts'
import { orderRows } from '../formats/order.ts'
import { unpack } from '../formats/pack.ts'
import { decode, positionsOf } from '../formats/read.ts'
import type { World } from '../ports/index.ts'

/** Most rows that are put in an order. */
export const mostOrdered = 10_000

export interface VersionWindow {
  readonly select?: readonly string[] | undefined
  readonly where?: Filter | undefined
  readonly order?: readonly Order[] | undefined
  readonly limit?: number | undefined
  /** What an earlier window of the same version, select, where and order gave as `next`. */
  readonly after?: string | undefined
}

/** The columns of a version. Fault not-offered for files, which have none. */
export function schemaOf({
  shape,
  dataset,
  columns,
}: Pick<Manifest, 'shape' | 'dataset'> & {
  readonly columns: readonly ManifestColumn[]
}): Schema {
  if (shape === 'files')
    throw new Fault('not-offered', `${dataset} holds files, which have no rows.`, {
      hint: `GET /v1/datasets/${dataset}/files lists them.`,
    })
  return columns.map(({ name, type, nativeType, nullable }) => ({
    name,
    type: parseTypeName(type),
    nullable,
    native: nativeType,
  }))
}

/**
 * Rows of a version, exactly as they were copied. Without an order they come as they are kept, from any row on; in an
 * order, only the first 10,000 can be reached. Faults: invalid-request (unknown column, operand of the wrong type, too
 * much to order), too-large, not-offered for files.
 */
export function readVersion(
  world: World<{ objects: 'read' }>,
  manifest: Manifest,
  window: VersionWindow,
  signal: AbortSignal,
): Window {
  const { select, where, order, limit = manifest.rows, after } = window
  const begin = positionOf(after)
  const needed = select && [...new Set([...select, ...(where ? columnsOf(where) : []), ...(order ?? []).map(nameOf)])]
  if (order !== undefined) {
    const end = Math.min(begin + limit, manifest.rows)
    if (end > mostOrdered) throw tooMuchToOrder(manifest.dataset)
    const found = filterRows(scanVersion(world, manifest, { select: needed, signal }), where)
    let rows = 0
    const counted = each(found, (batch) => {
      rows += batch.rows
    })
    const wanted = filterRows(orderRows(counted, order, [begin, end]), undefined, { select })
    return { ...wanted, next: () => (rows > end ? String(end) : null) }
  }
  const scan = { select: needed, startRow: begin, signal, limit: where === undefined ? limit : undefined }
  const found = filterRows(scanVersion(world, manifest, scan), where, { select, limit })
  return {
    ...found,
    next() {
      const end = begin + found.scanned()
      return end < manifest.rows ? String(end) : null
    },
  }
}

interface Scan {
  /** Names of columns, in the order wanted; every column where absent. */
  readonly select?: readonly string[] | undefined
  readonly startRow?: number | undefined
  readonly limit?: number | undefined
  readonly signal: AbortSignal
}

/** The rows of a version from one on, part after part. Fault: invalid-request, at the call, for an unknown column. */
export function scanVersion(
  { objects }: World<{ objects: 'read' }>,
  manifest: Manifest,
  { select, startRow = 0, limit = Number.POSITIVE_INFINITY, signal }: Scan,
): Rows {
  const schema = schemaOf(manifest)
  return {
    schema: positionsOf(schema, select).map((position) => schema[position]!),
    batches: (async function* (): AsyncGenerator<Batch> {
      let before = 0
      let left = limit
      for (const { key, rows, bytes } of manifest.parts) {
        const skipped = Math.max(0, startRow - before)
        before += rows
        if (skipped >= rows) continue
        if (left <= 0) return
        const read =
          manifest.compression === 'none'
            ? (from: number, to: number) => objects.get(key, [from, to])
            : () => unpack(manifest.compression, objects.get(key))
        const file = { size: bytes, read }
        const window = { select, startRow: skipped, limit: Math.min(left, rows - skipped) }
        for await (const batch of decode(manifest.format, file, schema, window).batches) {
          signal.throwIfAborted()
          yield batch
          left -= batch.rows
        }
      }
    })(),
  }
}

const nameOf = ({ column }: Order): string => column

function positionOf(after: string | undefined): number {
  if (after === undefined) return 0
  const position = Number(after)
  if (Number.isSafeInteger(position) && position >= 0) return position
  throw new TypeError(`${after} is no position of a row`)
}

function each({ schema, batches }: Rows, look: (batch: Batch) => void): Rows {
  return {
    schema,
    batches: (async function* () {
      for await (const batch of batches) {
        look(batch)
        yield batch
      }
    })(),
  }
}

const tooMuchToOrder = (dataset: string): Fault =>
  new Fault('invalid-request', `Only the first ${mostOrdered} rows of an order can be read.`, {
    hint: `Give a limit of at most ${mostOrdered} with the order, filter with where, or download ${dataset} and sort it there.`,
    errors: [{ pointer: '/query/limit', detail: `must be at most ${mostOrdered} with an order` }],
  })
