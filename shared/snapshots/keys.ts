import { createHash } from 'node:crypto'
import { Name } from '../domain/connector.ts'
import { Fault } from '../domain/faults.ts'
import { ulid } from './ulid.ts'

/** The id of a new snapshot: `<datasource>-<ulid>`. */
export const newSnapshotId = (datasource: Name, ms?: number): string => `${datasource}-${ulid(ms)}`

/** The datasource that a snapshot's id names. Fault not-found for what is no such id. */
export function datasourceOf(snapshotId: string): Name {
  const match = /^(.+)-[0-9a-hjkmnp-tv-z]{26}$/.exec(snapshotId)
  const name = Name.safeParse(match?.[1])
  if (!name.success) throw new Fault('not-found', `There is no snapshot ${JSON.stringify(snapshotId)}.`)
  return name.data
}

/** The id of a version's record: ten digits, so that byte order is the order of numbers. */
export const versionId = (version: number): string => String(version).padStart(10, '0')

/** Where all attempts of all datasets are. */
export const datasetsPrefix = 'datasets/'

/** Where one attempt writes: nobody else ever writes there. */
export const attemptPrefix = (dataset: string, snapshotId: string, attempt: number): string =>
  `${datasetsPrefix}${dataset}/attempts/${snapshotId}-${attempt}/`

/** Whose attempt a key belongs to; undefined for a key that is of none. */
export function attemptOf(
  key: string,
): { prefix: string; dataset: Name; snapshot: string; attempt: number } | undefined {
  const match = /^datasets\/([^/]+)\/attempts\/([^/]+)-(\d+)\/./.exec(key)
  if (match === null) return undefined
  const dataset = Name.safeParse(match[1])
  if (!dataset.success) return undefined
  const [snapshot, attempt] = [match[2]!, Number(match[3])]
  return { prefix: attemptPrefix(dataset.data, snapshot, attempt), dataset: dataset.data, snapshot, attempt }
}

/** The attempt's prefix of one of its keys. */
export const prefixOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1)

export const manifestKey = (prefix: string, version: number): string => `${prefix}manifest-${version}.json`

/** Of rows: the `index`th file of a partition. A plan of one partition has no folders. */
export const partKey = (
  prefix: string,
  of: { partitions: number; partition: number },
  index: number,
  extension: string,
) => `${prefix}${of.partitions > 1 ? `partition-${digits(of.partition)}/` : ''}part-${digits(index)}${extension}`

/** Of a copied file: its path, encoded into one part of a key; its hash where that would be too long. */
export function fileKey(prefix: string, path: string): string {
  const encoded = path.isWellFormed() ? encodeURIComponent(path) : undefined
  const isShort = encoded !== undefined && encoded.length <= 400
  return `${prefix}files/${isShort ? `=${encoded}` : `+${createHash('sha256').update(path, 'utf16le').digest('hex')}`}`
}

const digits = (index: number): string => String(index).padStart(5, '0')

/** What a part of rows is called: the end of its key. */
export const partName = (key: string): string => key.slice(attemptOf(key)?.prefix.length ?? 0)
