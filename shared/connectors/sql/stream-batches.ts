import type { Batch } from '../../domain/batch.ts'

/** One row: the bytes that hold it, and where in them it begins and ends. True: the batch is full. */
export type OnRow = (bytes: Buffer, at: number, end: number) => boolean

/** What fills batches. */
export interface Filling {
  readonly rows: number
  batch(): Batch
  reset(): void
}

/** What rows come from. `pump` answers true when the statement is over, false when `onRow` has stopped it. */
export interface Pumping {
  pump(onRow: OnRow): Promise<boolean>
  close(): Promise<void>
}

export interface Streaming {
  readonly onRow: OnRow
  /** Called when the statement is over, before its last batch is handed over. True: another one has been started. */
  readonly onOver?: () => Promise<boolean>
  /** What a failure means to the reader. */
  readonly told: (error: unknown) => unknown
}

/**
 * The batches that a started statement's rows fill, one at a time; the session ends with them. Answers when the
 * first batch is there, so that a statement that fails at once fails before anybody is promised rows.
 */
export async function streamBatches(
  session: Pumping,
  decoder: Filling,
  streaming: Streaming,
): Promise<AsyncIterable<Batch>> {
  const batches = fill(session, decoder, streaming)
  const first = await batches.next()
  return resume(first, batches)
}

async function* fill(
  session: Pumping,
  decoder: Filling,
  { onRow, onOver, told }: Streaming,
): AsyncGenerator<Batch, undefined> {
  try {
    for (;;) {
      decoder.reset()
      let over = await session.pump(onRow)
      while (over && (await onOver?.())) over = await session.pump(onRow)
      if (decoder.rows > 0) yield decoder.batch()
      if (over) return
    }
  } catch (error) {
    throw told(error)
  } finally {
    await session.close()
  }
}

/** Ended even where nobody has asked for a batch: a generator that never began would not. */
function resume(
  first: IteratorResult<Batch, undefined>,
  rest: AsyncGenerator<Batch, undefined>,
): AsyncIterableIterator<Batch, undefined> {
  let held: IteratorResult<Batch, undefined> | undefined = first
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      const next = held ?? (await rest.next())
      held = undefined
      return next
    },
    async return() {
      held = undefined
      return await rest.return(undefined)
    },
  }
}

/** No batches at all. */
export async function* nothing(): AsyncGenerator<Batch> {}
