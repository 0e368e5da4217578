import type { Rows } from '../domain/batch.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { ObjectShare } from '../domain/object-shares.ts'
import type { Part } from '../domain/snapshot.ts'
import type { World } from '../ports/index.ts'
import type { Continuation } from './continue-version.ts'
import { fromNothing } from './continued.ts'
import { copyFiles, describeColumns, type Extracted, type Extracting } from './extract-partition.ts'
import { fileKey, type Writer } from './keys.ts'
import { openLeased } from './open-leased.ts'
import { newPartWriter, type PartWriter } from './part-writer.ts'
import { knownOf, listShares, type ObjectsPlan, objectsIn } from './plan-objects.ts'
import type { Plan } from './plan-snapshot.ts'
import { Anew } from './read-anew.ts'
import { schemaOf } from './read-rows.ts'

type Copying = World<{ catalog: 'write'; objects: 'write'; sources: 'open' }>

/** An object that is another one each time that it is read is read so often. */
const mostTries = 3

/**
 * Reads the objects of a partition, each to parts of its own. What has changed since it was listed is listed again, and read
 * as it is then; what is listed no more is left out. Ends the attempt where an object does not fit the columns of the
 * version before: then all are read, by columns that are told anew.
 */
export async function readObjects(
  world: Copying,
  plan: Plan,
  partition: number,
  { signal, ...rest }: Extracting,
): Promise<Continuation> {
  const { objects, datasource, partitions, prefix } = plan
  if (objects === undefined)
    throw new Fault('source-changed', 'The attempt was planned by another version of Headgate.')
  const opened = await openLeased(world, datasource, { signal, ...rest })
  const at = { signal: opened.signal, ...rest }
  const writer: Writer = { partitions: partitions.length, partition, tries: at.tries }
  const rows = newPartWriter(world, plan, writer, at)
  const reading: Reading = {
    objects,
    async list(found) {
      at.signal.throwIfAborted()
      const listed = await listShares(opened, knownOf(datasource.name, found))
      return new Map(listed.objects.map((each) => [each.name, each]))
    },
    async read({ name, evidence, spec }) {
      at.signal.throwIfAborted()
      const share = { id: name, spec: { ...objects.shared, ...spec }, estimate: null }
      const extract = await opened.connection.extract(opened.selection, share)
      const parts =
        extract.shape === 'files'
          ? await copyFiles(world, extract.files, (path) => fileKey(prefix, path, writer), at)
          : await writeObject(rows, extract)
      const columns = extract.shape === 'files' ? [] : describeColumns(extract)
      const consistency = extract.shape === 'files' ? 'none' : extract.consistency
      const known = { object: name, ...(evidence !== null && { evidence }) }
      return { shape: extract.shape, columns, consistency, parts: parts.map((part) => ({ ...part, ...known })) }
    },
  }
  try {
    const parts: Part[] = []
    let { found } = objects
    for (const object of objectsIn(partitions[partition]!)) {
      const one = await readAsItIs(reading, object, found)
      if (one === undefined) continue
      found ??= { shape: one.shape, columns: one.columns, consistency: one.consistency }
      parts.push(...one.parts)
    }
    // a version without objects has its columns in a file even so
    if (parts.length === 0 && found?.shape === 'rows')
      parts.push(...(await rows.writeNone(schemaOf({ dataset: datasource.name, ...found }))))
    return { extracted: found ? [{ ...found, parts }] : [], continued: fromNothing, isUnchanged: false }
  } finally {
    await opened.close()
  }
}

interface Reading {
  readonly objects: ObjectsPlan
  /** What is listed now, by name. */
  list(found: ObjectsPlan['found']): Promise<ReadonlyMap<string, ObjectShare>>
  read(object: ObjectShare): Promise<Extracted>
}

/** What an object became; undefined where it has vanished. */
async function readAsItIs(
  reading: Reading,
  object: ObjectShare,
  found: ObjectsPlan['found'],
  tries = 1,
): Promise<Extracted | undefined> {
  try {
    const one = await reading.read(object)
    checkColumns(found, one)
    return one
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code === 'cancelled') throw thrown
    const now = (await reading.list(found)).get(object.name)
    if (now === undefined) return undefined
    const hasChanged = JSON.stringify(now.spec) !== JSON.stringify(object.spec)
    if (hasChanged && tries < mostTries) return await readAsItIs(reading, now, found, tries + 1)
    if (reading.objects.base === null || !isFault(thrown, 'value-not-representable')) throw thrown
    throw new Anew(`${thrown.detail} It does not fit the columns of the version before.`, thrown)
  }
}

/** An object without rows has a part too: it is known by it. */
async function writeObject(writer: PartWriter, { schema, batches }: Rows): Promise<readonly Part[]> {
  const written = await writer.write(schema, batches)
  return written.length > 0 ? written : await writer.writeNone(schema)
}

/** All have the same columns. Whether they were told or found is no difference. */
function checkColumns(found: ObjectsPlan['found'], one: Extracted): void {
  const of = ({ shape, columns }: Omit<Extracted, 'parts'>) =>
    JSON.stringify([shape, columns.map(({ name, type, nullable }) => [name, type, nullable])])
  if (found === null || of(found) === of(one)) return
  throw new Fault('value-not-representable', 'The objects have not all the same columns.', {
    hint: 'Select objects of one kind, or copy them as they are: parse "none".',
  })
}
