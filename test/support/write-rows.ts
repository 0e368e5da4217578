import type { Rows } from '../../shared/domain/batch.ts'

/** What a writer is told at the moment before it shows what it has written: here, to go on. */
export const goOn = async (): Promise<void> => {}

/** Rows that fail once those of `rows` are read. */
export const failingAfter = ({ schema, batches }: Rows, failure: unknown): Rows => ({
  schema,
  batches: (async function* () {
    yield* batches
    throw failure
  })(),
})
