import type { Window } from '../connectors/kind.ts'
import type { Batch, Column, Field, FieldType, Schema } from '../domain/batch.ts'
import { Fault } from '../domain/faults.ts'
import type { Filter } from '../domain/filter.ts'
import { columnsOf } from '../domain/filter.ts'
import type { Manifest } from '../domain/snapshot.ts'
import { unionColumns } from '../domain/union-columns.ts'
import { filterRows } from '../formats/filter.ts'
import { newValues } from '../formats/values.ts'
import type { World } from '../ports/index.ts'
import { scanVersion, schemaOf } from './read-rows.ts'

/** The column that says of which version a row is. */
export const versionColumn = '_version'

export interface VersionsWindow {
  readonly select?: readonly string[] | undefined
  readonly where?: Filter | undefined
  readonly limit?: number | undefined
  /** What an earlier window of the same versions, select and where gave as `next`: `<version>:<row>`. */
  readonly after?: string | undefined
}

/**
 * Rows of several versions, one version after another, with the columns that any of them has and one for the version's
 * number. What a version lacks is null. Faults: those of `readVersion`, columns-changed where types have no common one.
 */
export function readVersions(
  world: World<{ objects: 'read' }>,
  manifests: readonly Manifest[],
  { select, where, limit = Number.POSITIVE_INFINITY, after }: VersionsWindow,
  signal: AbortSignal,
): Window {
  const wanted = select && new Set([...select, ...(where ? columnsOf(where) : [])])
  const asked = manifests.map((manifest) => ({
    ...manifest,
    columns: manifest.columns.filter(({ name }) => wanted === undefined || wanted.has(name)),
  }))
  for (const manifest of manifests) {
    schemaOf(manifest)
    if (manifest.columns.some(({ name }) => name === versionColumn))
      throw new Fault('not-offered', `The dataset has a column ${versionColumn} of its own.`, {
        hint: 'Read one version at a time.',
      })
  }
  const number: Field = { name: versionColumn, type: { is: 'int32' }, nullable: false, native: 'version' }
  const schema: Schema = [number, ...unionColumns(asked)]
  const [first, row] = (after ?? '0:0').split(':').map(Number) as [number, number]
  const rest = manifests.filter(({ version }) => version >= first)
  const skipped = rest[0]?.version === first ? row : 0
  const batches = async function* (): AsyncGenerator<Batch> {
    for (const [i, manifest] of rest.entries()) {
      const own = schemaOf(manifest)
      const names = schema.slice(1).filter(({ name }) => own.some((field) => field.name === name))
      const scan = { select: names.map(({ name }) => name), startRow: i === 0 ? skipped : 0, signal }
      // of a version that has none of the columns, one tells how many rows there are
      const { schema: read, batches } = scanVersion(
        world,
        manifest,
        names.length > 0 ? scan : { ...scan, select: [own[0]!.name] },
      )
      for await (const { rows, columns } of batches)
        yield {
          rows,
          columns: schema.map(({ name, type }, place) => {
            if (place === 0) return { layout: 'fixed', values: new Int32Array(rows).fill(manifest.version) }
            const at = read.findIndex((field) => field.name === name)
            return at < 0 ? nulls(type, rows) : widened(columns[at]!, type, rows)
          }),
        }
    }
  }
  const found = filterRows({ schema, batches: batches() }, where, { select, ...(Number.isFinite(limit) && { limit }) })
  return {
    ...found,
    next() {
      let left = skipped + found.scanned()
      for (const { version, rows } of rest) {
        if (left < rows) return `${version}:${left}`
        left -= rows
      }
      return null
    },
  }
}

function nulls(type: FieldType, rows: number): Column {
  const validity = new Uint8Array(rows)
  const offsets = new Int32Array(rows + 1)
  if (type.is === 'list') return { layout: 'list', validity, offsets, items: nulls(type.of, 0) }
  if (type.is === 'utf8' || type.is === 'json' || type.is === 'binary')
    return { layout: 'bytes', validity, offsets, data: new Uint8Array(0) }
  return { layout: 'fixed', validity, values: newValues(type, rows) }
}

/** 32 bits as 64. */
function widened(column: Column, type: FieldType, rows: number): Column {
  if (column.layout !== 'fixed') return column
  const { values, validity } = column
  if (type.is === 'int64' && values instanceof Int32Array)
    return { layout: 'fixed', validity, values: BigInt64Array.from(values.subarray(0, rows), BigInt) }
  if (type.is === 'float64' && values instanceof Float32Array)
    return { layout: 'fixed', validity, values: Float64Array.from(values.subarray(0, rows)) }
  return column
}
