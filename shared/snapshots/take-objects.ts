import type { ObjectPartition } from '../connectors/kind.ts'
import type { Schema } from '../domain/batch.ts'
import { Fault } from '../domain/faults.ts'
import type { Manifest, Part } from '../domain/snapshot.ts'
import type { World } from '../ports/index.ts'
import { type Base, findBase } from './base-version.ts'
import type { Continuation } from './continue-version.ts'
import { copyFiles, describeColumns, type Extracted, type Extracting } from './extract-partition.ts'
import { fileKey } from './keys.ts'
import { openLeased } from './open-leased.ts'
import { newPartWriter, type PartWriter } from './part-writer.ts'
import type { Plan } from './plan-snapshot.ts'
import { schemaOf } from './read-rows.ts'
import { boundReuse } from './reuse-parts.ts'

type Copying = World<{ catalog: 'write'; objects: 'write'; sources: 'open' }>
type Opened = Awaited<ReturnType<typeof openLeased>>

/**
 * Reads the objects that are new or changed since the version that is read now, each once, and shares the parts of the
 * others; what is listed no more is in the version no more. Where an object does not fit the columns of that version, all
 * are read again by columns that are told anew.
 */
export async function takeObjects(world: Copying, plan: Plan, at: Extracting): Promise<Continuation> {
  const base = await findBase(world, plan)
  const opened = await openLeased(world, plan.datasource, at)
  at = { ...at, signal: opened.signal }
  const writer = newPartWriter(world, plan, 0, at)
  try {
    if (base === undefined) return await copyObjects(world, plan, { opened, writer, at })
    try {
      return await copyObjects(world, plan, { opened, writer, at, base })
    } catch (thrown) {
      if (!(thrown instanceof Fault) || !misfits.has(thrown.code) || base.content.shape === 'files') throw thrown
      await writer.undo()
      return await copyObjects(world, plan, { opened, writer, at })
    }
  } finally {
    await opened.close()
  }
}

/** How an object tells that it has other columns, or other values in them. */
const misfits = new Set<string>(['source-changed', 'value-not-representable', 'source-failed'])

interface With {
  readonly opened: Opened
  readonly writer: PartWriter
  readonly at: Extracting
  readonly base?: Base
}

async function copyObjects(world: Copying, plan: Plan, { opened, writer, at, base }: With): Promise<Continuation> {
  const known = base && base.content.shape === 'rows' && base.content.columns.length > 0 ? schemaOf(base.content) : null
  let partitions = await planObjects(opened, known)
  const before = partsByObject(base?.content)
  const parts: Part[] = []
  let found: Omit<Extracted, 'parts'> | undefined = base && described(base.content)
  let read = 0
  for (let place = 0; place < partitions.length; place++) {
    const { id, evidence } = partitions[place]!
    const kept = before.get(id)
    if (kept !== undefined && evidence !== null && kept.every((part) => part.evidence === evidence)) {
      parts.push(...kept)
      continue
    }
    at.signal.throwIfAborted()
    const extracted = await readObject(world, plan, partitions[place]!, { opened, writer, at })
    read++
    if (found === undefined && known === null && extracted.schema)
      // the others are read by the columns of the first
      partitions = await planObjects(opened, extracted.schema)
    found = same(found, extracted)
    parts.push(...extracted.parts.map((part) => ({ ...part, object: id, ...(evidence !== null && { evidence }) })))
  }
  if (found === undefined)
    throw new Fault('not-found', 'The source lists no object.', { hint: 'Take the snapshot again when there is one.' })
  const { moved, shared } = await boundReuse(world, plan.prefix, parts)
  const isUnchanged = base !== undefined && read === 0 && parts.length === base.content.parts.length
  const isEmpty = found.shape === 'rows' && parts.length === 0
  const all = isEmpty ? await writer.writeNone(schemaOf({ ...base!.content, columns: [...found.columns] })) : moved
  return {
    extracted: [{ ...found, parts: all }],
    continued: {
      base: base && shared ? { version: base.version, manifest: base.manifest } : null,
      parts: [],
      increment: null,
    },
    isUnchanged,
  }
}

async function planObjects(
  { connection, selection }: Opened,
  known: Schema | null,
): Promise<readonly ObjectPartition[]> {
  const partitions = await connection.planObjects?.(selection, known)
  if (partitions) return partitions
  throw new Fault('not-offered', 'This source has no objects to go by.', { hint: 'Choose the strategy "full".' })
}

async function readObject(
  world: Copying,
  plan: Plan,
  partition: ObjectPartition,
  { opened: { connection, selection }, writer, at }: Pick<With, 'opened' | 'writer' | 'at'>,
): Promise<Extracted & { readonly schema: Schema | null }> {
  const extract = await connection.extract(selection, partition)
  if (extract.shape === 'files') {
    const parts = await copyFiles(
      world,
      extract.files,
      (path) => fileKey(plan.prefix, path, { partitions: 1, partition: 0, tries: at.tries }),
      at,
    )
    return { shape: 'files', columns: [], parts, consistency: 'none', schema: null }
  }
  const { schema, batches, consistency } = extract
  const written = await writer.write(schema, batches)
  // an object without rows has a part too: it is known by it
  const parts = written.length > 0 ? written : await writer.writeNone(schema)
  return { shape: 'rows', columns: describeColumns(extract), parts, consistency, schema }
}

/** The columns that all have. Whether they were told or found is no difference. */
function same(before: Omit<Extracted, 'parts'> | undefined, { shape, columns, consistency }: Extracted) {
  if (before === undefined) return { shape, columns, consistency }
  const of = (one: Pick<Extracted, 'shape' | 'columns'>) =>
    JSON.stringify([one.shape, one.columns.map(({ name, type, nullable }) => [name, type, nullable])])
  if (of(before) === of({ shape, columns })) return before
  throw new Fault('source-changed', 'The objects have not all the same columns.', {
    hint: 'Select objects of one kind, or copy them as they are: parse "none".',
  })
}

const described = ({ shape, columns, consistency }: Manifest) => ({ shape, columns, consistency })

function partsByObject(base: Manifest | undefined): ReadonlyMap<string, readonly Part[]> {
  const found = new Map<string, Part[]>()
  for (const part of base?.parts ?? [])
    if (part.object !== undefined) found.set(part.object, [...(found.get(part.object) ?? []), part])
  return found
}
