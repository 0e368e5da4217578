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

/** Which share of an attempt writes: the number of its partition among so many, and how often that was begun. */
export interface Writer {
  readonly partitions: number
  readonly partition: number
  readonly tries: number
}

/** Of rows: the `index`th file of a partition. A plan of one partition has no folders, unless it is tried again. */
export const partKey = (prefix: string, { partitions, partition, tries }: Writer, index: number, extension: string) => {
  const folder = partitions > 1 ? `partition-${digits(partition)}` : tries > 1 ? 'part' : ''
  return `${prefix}${folder}${tries > 1 ? `-${tries}` : ''}${folder && '/'}part-${digits(index)}${extension}`
}

/** Of a copied file: its path, encoded into one part of a key; its hash where that would be too long. */
export function fileKey(prefix: string, path: string, { partitions, partition, tries }: Writer): string {
  const encoded = path.isWellFormed() ? encodeURIComponent(path) : undefined
  const isShort = encoded !== undefined && encoded.length <= 400
  const folder = `files${partitions > 1 ? `-${digits(partition)}` : ''}${tries > 1 ? `-try-${tries}` : ''}`
  return `${prefix}${folder}/${isShort ? `=${encoded}` : `+${createHash('sha256').update(path, 'utf16le').digest('hex')}`}`
}

/** What a partition became, where that is too long for a record. */
export const resultKey = (prefix: string, { partition, tries }: Writer): string =>
  `${prefix}result-${digits(partition)}-${tries}.json`

/** What an attempt is going to copy, where that is too long for a record. Each who plans it writes a file of its own. */
export const planKey = (prefix: string): string => `${prefix}plan-${ulid()}.json`

/** The id of a partition's record: five digits. */
export const partitionId = (partition: number): string => digits(partition)

const digits = (index: number): string => String(index).padStart(5, '0')

/** What a part of rows is called: the end of its key. */
export const partName = (key: string): string => key.slice(attemptOf(key)?.prefix.length ?? 0)
