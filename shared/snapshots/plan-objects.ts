import type { Partition } from '../connectors/kind.ts'
import type { Schema } from '../domain/batch.ts'
import type { Name } from '../domain/connector.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault } from '../domain/faults.ts'
import type { ObjectShare, ObjectShares } from '../domain/object-shares.ts'
import type { Manifest, Part } from '../domain/snapshot.ts'
import type { OpenSource } from '../ports/sources.ts'
import type { Base } from './base-version.ts'
import type { BaseVersion } from './continued.ts'
import type { Extracted } from './extract-partition.ts'
import { schemaOf } from './read-rows.ts'

/** What a snapshot that goes by objects has to know of those that it keeps, and of those that it reads. Plain JSON. */
export interface ObjectsPlan {
  /** The version whose parts are kept; null: everything is read. */
  readonly base: BaseVersion | null
  /** The columns of that version, by which the others are read. */
  readonly found: Omit<Extracted, 'parts'> | null
  /** Objects of that version that are listed no more. */
  readonly gone: readonly string[]
  readonly shared: ObjectShares['shared']
}

/** An opened source, and what of it a datasource selects. */
interface Source {
  readonly connection: OpenSource
  readonly selection: unknown
  readonly datasource: Pick<DatasourceRecord, 'name'>
}

/** A partition ends at whichever comes first. */
const partitionBytes = 512 * 1024 * 1024
const partitionObjects = 200

/** Of an object whose size nobody tells. */
const unknownBytes = partitionBytes / 10

/** A plan of so many partitions has larger ones rather than more. */
const mostPartitions = 500

/**
 * Compares what the source lists with the version before: partitions of the objects that are new or changed, and what is
 * kept of that version. Faults: not-offered, not-found where nothing is listed and nothing was before.
 */
export async function planObjects(
  source: Source,
  base: Base | undefined,
): Promise<{ readonly partitions: readonly Partition[]; readonly objects: ObjectsPlan }> {
  const found = base ? described(base.content) : null
  const { shared, objects } = await listShares(source, knownOf(source.datasource.name, found))
  if (objects.length === 0 && base === undefined) throw nothingListed()
  const before = evidenceOf(base?.content.parts ?? [])
  const read = objects.filter(({ name, evidence }) => evidence === null || before.get(name) !== evidence)
  const listed = new Set(objects.map(({ name }) => name))
  const gone = [...before.keys()].filter((name) => !listed.has(name))
  // a version without objects has its columns in a part without rows
  const isEmptied = objects.length === 0 && gone.length > 0
  const partitions = (isEmptied ? [[]] : split(read)).map((share, i) => ({
    id: String(i),
    spec: { objects: share } satisfies Share,
    estimate: null,
  }))
  return { partitions, objects: { base: base ? baseOf(base) : null, found, gone, shared } }
}

/** What the source lists now. Fault not-offered. */
export async function listShares(
  { connection, selection }: Omit<Source, 'datasource'>,
  known: Schema | null,
): Promise<ObjectShares> {
  const shares = await connection.planObjects?.(selection, known)
  if (shares) return shares
  throw new Fault('not-offered', 'This source has no objects to go by.', { hint: 'Choose the strategy "full".' })
}

/** What the partitions of a plan of objects are. */
interface Share {
  readonly objects: readonly ObjectShare[]
}

/** The objects that a partition reads. */
export const objectsIn = ({ spec }: Partition): readonly ObjectShare[] => (spec as Share).objects

export const nothingListed = (): Fault =>
  new Fault('not-found', 'The source lists no object.', { hint: 'Take the snapshot again when there is one.' })

/** The columns by which rows are read, where they are known. */
export const knownOf = (dataset: Name, found: ObjectsPlan['found']): Schema | null =>
  found?.shape === 'rows' && found.columns.length > 0 ? schemaOf({ dataset, ...found }) : null

function split(objects: readonly ObjectShare[]): readonly ObjectShare[][] {
  const bytesOf = ({ bytes }: ObjectShare) => bytes ?? unknownBytes
  const total = objects.reduce((sum, each) => sum + bytesOf(each), 0)
  const mostBytes = Math.max(partitionBytes, total / mostPartitions)
  const mostObjects = Math.max(partitionObjects, Math.ceil(objects.length / mostPartitions))
  const shares: ObjectShare[][] = []
  let bytes = 0
  for (const each of objects) {
    const share = shares.at(-1)
    if (share === undefined || share.length >= mostObjects || bytes + bytesOf(each) > mostBytes) {
      shares.push([each])
      bytes = bytesOf(each)
    } else {
      share.push(each)
      bytes += bytesOf(each)
    }
  }
  return shares
}

/** By object: what it was known by; null where its parts do not agree, or tell nothing. */
function evidenceOf(parts: readonly Part[]): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>()
  for (const { object, evidence = null } of parts)
    if (object !== undefined) found.set(object, found.has(object) && found.get(object) !== evidence ? null : evidence)
  return found
}

const described = ({ shape, columns, consistency }: Manifest) => ({ shape, columns, consistency })

const baseOf = ({ version, manifest }: Base): BaseVersion => ({ version, manifest })
