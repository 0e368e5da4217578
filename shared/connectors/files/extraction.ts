import { createHash } from 'node:crypto'
import type { Schema } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { ObjectShare, ObjectShares } from '../../domain/object-shares.ts'
import type { Extract, ObjectInfo, Partition, SourceObjects } from '../kind.ts'
import { inferTable, readTable, rowFormatOf } from './parse/rows.ts'
import { fromSpec, type TableSpec, toSpec } from './parse/table-spec.ts'
import { selectFiles } from './select.ts'
import type { FileSelection } from './selection.ts'

/** A file as it was planned: when it is another by now, the extraction fails. */
type Planned = Pick<ObjectInfo, 'key' | 'size' | 'modified' | 'etag'>

interface Spec {
  readonly files: readonly Planned[]
  /** How the files are read as rows; absent where they are copied as they are. */
  readonly table?: TableSpec
}

/** A partition ends at whichever comes first. */
const partitionBytes = 512 * 1024 * 1024
const partitionFiles = 200

/** What every kind with files does for datasources. */
export function fileExtraction(objects: SourceObjects) {
  const plan = async (selection: FileSelection): Promise<readonly Partition[]> => {
    const files = await selectFiles(objects, selection)
    const keys = files.map(({ key }) => key)
    const format = rowFormatOf(keys, selection)
    const table = format && toSpec(await inferTable(objects, files, format, selection))
    return split(files).map((share, i) => ({
      id: String(i),
      spec: { files: share, ...(table && { table }) } satisfies Spec,
      estimate: null,
    }))
  }
  return {
    plan,
    async planObjects(selection: FileSelection, known: Schema | null): Promise<ObjectShares> {
      const listed = Date.now()
      const files = await selectFiles(objects, selection)
      const keys = files.map(({ key }) => key)
      const format = rowFormatOf(keys, selection)
      const told = known && { fields: known, chosen: new Set(Object.keys(selection.schema ?? {})) }
      const table =
        format && toSpec(told ? { format, schema: told } : await inferTable(objects, files, format, selection))
      const shares: ObjectShare[] = []
      for (const each of files) {
        const { key, size, modified, etag } = await withEtag(objects, each)
        const evidence = isProof({ modified, etag }, listed) ? JSON.stringify([size, modified, etag]) : null
        const spec: Pick<Spec, 'files'> = { files: [{ key, size, modified, etag }] }
        shares.push({ name: key, evidence, bytes: size, spec: { ...spec } })
      }
      return { shared: { ...(table && { table }) }, objects: shares }
    },
    async extract(selection: FileSelection, partition?: Partition): Promise<Extract> {
      const partitions = partition ? [partition] : await plan(selection)
      const files = partitions.flatMap(({ spec }) => (spec as Spec).files)
      const { table } = partitions[0]!.spec as Spec
      if (!table) return { shape: 'files', files: readFiles(objects, files) }
      const { schema, format } = fromSpec(table)
      const batches = readTable(objects, described(objects, files), { schema, format }, selection)
      return { shape: 'rows', consistency: 'none', schema: schema.fields, batches }
    },
    async fingerprint(selection: FileSelection): Promise<string | null> {
      const now = Date.now()
      const files = await selectFiles(objects, selection)
      const facts: unknown[] = [selection]
      for (const listed of files) {
        const { key, size, modified, etag } = await withEtag(objects, listed)
        if (!isProof({ modified, etag }, now)) return null
        facts.push([key, size, modified, etag])
      }
      return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
    },
  }
}

/** Lists may tell less than a description does. */
const withEtag = async (objects: SourceObjects, listed: ObjectInfo): Promise<ObjectInfo> =>
  listed.etag === null ? await objects.describe(listed.key) : listed

/** Times of files are whole seconds: within two of them a file may change and look as it was. */
const sameTimeMs = 2000

const isProof = ({ modified, etag }: Pick<ObjectInfo, 'modified' | 'etag'>, now: number): boolean =>
  etag !== null && (!etag.startsWith('W/') || modified === null || now - Date.parse(modified) >= sameTimeMs)

function split(files: readonly ObjectInfo[]): Planned[][] {
  const shares: Planned[][] = [[]]
  let bytes = 0
  for (const { key, size, modified, etag } of files) {
    const share = shares.at(-1)!
    if (share.length > 0 && (share.length >= partitionFiles || bytes + (size ?? 0) > partitionBytes)) {
      shares.push([])
      bytes = 0
    }
    shares.at(-1)!.push({ key, size, modified, etag })
    bytes += size ?? 0
  }
  return shares
}

async function* described(objects: SourceObjects, files: readonly Planned[]): AsyncGenerator<ObjectInfo> {
  for (const planned of files) yield await unchanged(objects, planned)
}

async function* readFiles(objects: SourceObjects, files: readonly Planned[]) {
  for await (const info of described(objects, files))
    yield { path: info.key, bytes: await objects.read(info.key, undefined, info) }
}

/** The file, described anew: lists may tell less than that. Fault source-changed. */
async function unchanged(objects: SourceObjects, planned: Planned): Promise<ObjectInfo> {
  const info = await objects.describe(planned.key)
  const same = (['size', 'modified', 'etag'] as const).every(
    (fact) => planned[fact] === null || planned[fact] === info[fact],
  )
  if (same && !info.isFolder) return info
  throw new Fault('source-changed', `${JSON.stringify(planned.key)} changed while the files were read.`, {
    hint: 'Take the snapshot again.',
  })
}
