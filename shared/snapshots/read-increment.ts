import type { Batch } from '../domain/batch.ts'
import type { Incremental } from '../domain/datasource.ts'
import { Fault } from '../domain/faults.ts'
import type { Increment, IncrementAsk } from '../domain/increment.ts'
import type { Part } from '../domain/snapshot.ts'
import { describeColumns, type Extracted, type Extracting } from './extract-partition.ts'
import type { openLeased } from './open-leased.ts'
import type { PartWriter } from './part-writer.ts'
import type { Plan } from './plan-snapshot.ts'

/** What a strategy asks its source for. `after`: the mark of the version before; null: none is known. */
export const askOf = ({ mode, column, key, deletes }: Incremental, after: unknown): IncrementAsk => ({
  mode,
  column,
  key,
  deletes,
  after,
})

/** What is new since a mark, or what is in a partition. Faults: those of `increment` of a kind. */
export async function readIncrement(
  { connection, selection }: Pick<Awaited<ReturnType<typeof openLeased>>, 'connection' | 'selection'>,
  ask: IncrementAsk,
  ...of: [partition?: Plan['partitions'][number], view?: Extracting['view']]
): Promise<Increment> {
  const increment = await connection.increment?.(selection, ask, ...of)
  if (increment) return increment
  throw new Fault('not-offered', 'The kind of this source cannot tell what is new.', {
    hint: 'Choose the strategy "full", or "objects" for a source of files.',
  })
}

/** The rows of an increment as parts: those that the next one reads again are in parts of their own. */
export async function writeIncrement(
  increment: Increment,
  writer: PartWriter,
  note: (batches: AsyncIterable<Batch>) => AsyncIterable<Batch> = (batches) => batches,
): Promise<readonly Part[]> {
  const settled = await writer.write(increment.schema, note(increment.settled()))
  const open = await writer.write(increment.schema, note(increment.open()))
  return [...settled, ...open.map((part): Part => ({ ...part, open: true }))]
}

/** What an increment became, of these parts. */
export const extractedOf = (increment: Increment, parts: readonly Part[]): Extracted => ({
  shape: 'rows',
  columns: describeColumns(increment),
  parts,
  consistency: increment.consistency,
})
