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

const numbered: Rows['schema'] = [
  { name: 'n', type: { is: 'int32' }, nullable: false, native: 'int' },
  { name: 'v', type: { is: 'utf8' }, nullable: false, native: 'text' },
]

/** Rows `n` from `begin` up to `end`, with texts `text <n>`, so many in a batch. */
export const numberedRows = (begin: number, end: number, perBatch = 1000): Rows => ({
  schema: numbered,
  batches: (async function* () {
    for (let from = begin; from < end; from += perBatch) {
      const values = Int32Array.from({ length: Math.min(perBatch, end - from) }, (_, i) => from + i)
      const texts = Array.from(values, (n) => `text ${n}`)
      const offsets = Int32Array.from([0, ...texts.map((text) => text.length)])
      for (let i = 1; i < offsets.length; i++) offsets[i]! += offsets[i - 1]!
      yield {
        rows: values.length,
        columns: [
          { layout: 'fixed', values },
          { layout: 'bytes', offsets, data: Buffer.from(texts.join('')) },
        ],
      }
    }
  })(),
})
