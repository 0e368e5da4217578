import type { Batch, Schema } from '../domain/batch.ts'
import type { Part } from '../domain/snapshot.ts'
import { extensionOf } from '../formats/encode.ts'
import type { World } from '../ports/index.ts'
import { type Extracting, writeRows } from './extract-partition.ts'
import { partKey, type Writer } from './keys.ts'
import type { Plan } from './plan-snapshot.ts'

/** Parts of one partition, numbered one after another. */
export interface PartWriter {
  /** The rows as parts; none where there are no rows. */
  write(schema: Schema, batches: AsyncIterable<Batch>): Promise<readonly Part[]>
  /** One part without rows: so that a dataset without rows has its columns in a file too. */
  writeNone(schema: Schema): Promise<readonly Part[]>
}

export function newPartWriter(
  world: World<{ objects: 'write' }>,
  plan: Plan,
  writer: Writer,
  at: Extracting,
): PartWriter {
  const { format, compression } = plan.datasource
  let begun = 0
  // also a part that failed has had its key
  const key = () => partKey(plan.prefix, writer, begun++, extensionOf(format, compression))
  const put = (schema: Schema, batches: AsyncIterable<Batch>) =>
    writeRows(world, { schema, batches }, plan.datasource, key, at)
  return {
    async write(schema, batches) {
      const source = batches[Symbol.asyncIterator]()
      const first = await source.next()
      return first.done ? [] : await put(schema, resume(first.value, source))
    },
    writeNone: (schema) => put(schema, nothing()),
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
