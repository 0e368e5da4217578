import type { Batch, Schema } from '../domain/batch.ts'
import type { Part } from '../domain/snapshot.ts'
import { extensionOf } from '../formats/encode.ts'
import type { World } from '../ports/index.ts'
import { type Extracting, writeRows } from './extract-partition.ts'
import { partKey } from './keys.ts'
import type { Plan } from './plan-snapshot.ts'

/** Parts of one partition, numbered one after another. */
export interface PartWriter {
  /** The rows as parts; none where there are no rows. */
  write(schema: Schema, batches: AsyncIterable<Batch>): Promise<readonly Part[]>
  /** One part without rows: so that a dataset without rows has its columns in a file too. */
  writeNone(schema: Schema): Promise<readonly Part[]>
  /** Deletes what was written so far. */
  undo(): Promise<void>
}

export function newPartWriter(
  world: World<{ objects: 'write' }>,
  plan: Plan,
  partition: number,
  at: Extracting,
): PartWriter {
  const { format, compression } = plan.datasource
  const written: Part[] = []
  let before = 0
  const put = async (schema: Schema, batches: AsyncIterable<Batch>) => {
    const key = (index: number) =>
      partKey(
        plan.prefix,
        { partitions: plan.partitions.length, partition, tries: at.tries },
        before + index,
        extensionOf(format, compression),
      )
    const parts = await writeRows(world, { schema, batches }, plan.datasource, key, at)
    before += parts.length
    written.push(...parts)
    return parts
  }
  return {
    async write(schema, batches) {
      const source = batches[Symbol.asyncIterator]()
      const first = await source.next()
      return first.done ? [] : await put(schema, resume(first.value, source))
    },
    writeNone: (schema) => put(schema, nothing()),
    async undo() {
      for (const { key } of written.splice(0)) await world.objects.delete(key)
    },
  }
}

async function* resume(first: Batch, source: AsyncIterator<Batch>): AsyncGenerator<Batch> {
  try {
    yield first
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
  } finally {
    await source.return?.()
  }
}

async function* nothing(): AsyncGenerator<Batch> {}
