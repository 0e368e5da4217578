import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { parquetMetadata } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import type { Rows } from '../../shared/domain/batch.ts'
import { Fault, isFault } from '../../shared/domain/faults.ts'
import { encode } from '../../shared/formats/encode.ts'
import { readHybrid } from '../../shared/formats/parquet/hybrid.ts'
import { decode } from '../../shared/formats/read.ts'
import { batchOf, bytesOf, type Cell, cellsOf, field, fileOf, rowsOf } from './batches.ts'
import { everyRow, everySchema } from './everything.ts'

const footerOf = (bytes: Uint8Array) => parquetMetadata(bytes, { geoparquet: false })

/** HEADGATE_GOLDEN=write makes the file anew: only when the types of `everything.ts` change. */
test('a file written by an earlier version still reads the same', async () => {
  const file = fileURLToPath(new URL('../golden/every-type.parquet', import.meta.url))
  if (process.env.HEADGATE_GOLDEN === 'write') {
    writeFileSync(file, await bytesOf(encode('parquet', rowsOf(everySchema, everyRow, 5))))
  }
  expect(await cellsOf(decode('parquet', fileOf(readFileSync(file)), everySchema))).toEqual(everyRow)
})

test('a table without columns is not offered', async () => {
  const thrown = await bytesOf(encode('parquet', rowsOf([], []))).catch((cause: unknown) => cause)
  expect(isFault(thrown, 'not-offered')).toBe(true)
})

test('a null where none may be is told, not written', async () => {
  const schema = [field('id', { is: 'int32' }, false)]
  const thrown = await bytesOf(encode('parquet', rowsOf(schema, [[1], [null]]))).catch((cause: unknown) => cause)
  expect(isFault(thrown, 'source-failed')).toBe(true)
})

test('row groups are bounded by rows and by bytes', async () => {
  const numbers = Array.from({ length: 1000 }, (_, i) => [i])
  const byRows = await bytesOf(
    encode('parquet', rowsOf([field('n', { is: 'int32' })], numbers, 70), { rowGroupRows: 300 }),
  )
  expect(footerOf(byRows).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([300, 300, 300, 100])

  const megabyte = 'x'.repeat(1024 * 1024)
  const texts = Array.from({ length: 40 }, (_, i) => [`${i}${megabyte}`])
  const byBytes = await bytesOf(encode('parquet', rowsOf([field('t', { is: 'utf8' })], texts, 40)))
  const groups = footerOf(byBytes).row_groups
  expect(groups.length).toBeGreaterThan(2)
  for (const { total_byte_size } of groups) expect(Number(total_byte_size)).toBeLessThan(17 * 1024 * 1024)
  expect(await cellsOf(decode('parquet', fileOf(byBytes), [field('t', { is: 'utf8' })]))).toEqual(texts)
})

test('a dictionary is taken for few distinct values and left for many', async () => {
  const schema = [field('few', { is: 'utf8' }), field('many', { is: 'int64' })]
  const cells = Array.from({ length: 10_000 }, (_, i) => [`value ${i % 100}`, BigInt(i) * 7919n])
  const [group] = footerOf(await bytesOf(encode('parquet', rowsOf(schema, cells)))).row_groups
  const encodings = group!.columns.map(({ meta_data }) => meta_data!.encodings)
  expect(encodings[0]).toContain('RLE_DICTIONARY')
  expect(encodings[1]).not.toContain('RLE_DICTIONARY')
})

test('a dictionary tells apart what differs only in bits: zeros, NaN, the words of wide numbers', async () => {
  const schema = [
    field('f', { is: 'float64' }),
    field('d', { is: 'decimal', precision: 38, scale: 0 }),
    field('i', { is: 'int64' }),
  ]
  const choices: Cell[][] = [
    [0, 2n ** 64n, 1n],
    [-0, 2n ** 96n, 2n ** 32n],
    [Number.NaN, -(2n ** 64n), -1n],
    [1, 1n, -(2n ** 32n)],
  ]
  const cells = Array.from({ length: 4000 }, (_, i) => choices[(i * i + (i >> 3)) % 4]!)
  const bytes = await bytesOf(encode('parquet', rowsOf(schema, cells)))
  expect(footerOf(bytes).row_groups[0]!.columns.every((c) => c.meta_data!.encodings.includes('RLE_DICTIONARY'))).toBe(
    true,
  )
  expect(await cellsOf(decode('parquet', fileOf(bytes), schema))).toEqual(cells)
})

test('every dictionary size, run length and null pattern comes back', async () => {
  const schema = [field('v', { is: 'int32' }), field('l', { is: 'list', of: { is: 'int32' } })]
  for (const distinct of [1, 2, 3, 4, 5, 8, 9, 16, 17, 255, 256, 257, 1000, 4097]) {
    let seed = distinct
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
      return (seed >> 8) % below
    }
    const cells: Cell[][] = []
    while (cells.length < 9001) {
      const value = random(distinct)
      const row = [
        random(5) === 0 ? null : value,
        random(6) === 0 ? null : Array.from({ length: random(4) }, () => (random(4) ? value : null)),
      ]
      for (let run = random(10) ? 1 : random(60); run > 0; run--) cells.push(row)
    }
    const bytes = await bytesOf(encode('parquet', rowsOf(schema, cells, 1234)))
    expect(await cellsOf(decode('parquet', fileOf(bytes), schema)), `${distinct} distinct`).toEqual(cells)
  }
})

test('a damaged file is told as such, or gives as many rows: it is no other failure, and no hang', async () => {
  const cells = Array.from({ length: 40 }, (_, i) => everyRow[i % everyRow.length]!)
  const whole = await bytesOf(encode('parquet', rowsOf(everySchema, cells)))
  const told = new Set<string>()
  for (let i = 0; i < 1500; i++) {
    const bytes = Uint8Array.from(whole)
    const at = (i * 7919) % (bytes.length - 8)
    bytes[at]! ^= 1 << (i % 8)
    try {
      let rows = 0
      for await (const batch of decode('parquet', fileOf(bytes), everySchema).batches) rows += batch.rows
      expect(rows).toBe(cells.length)
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown
      told.add(thrown.code)
    }
  }
  expect([...told].sort()).toEqual(['source-failed'])
})

test('numbers of more bits than are ever written are refused, not read as others', () => {
  // a run of 8, of a number of 17 bits
  const bytes = Uint8Array.of(16, 0x34, 0x12, 1)
  const read = (bitWidth: number) => {
    const numbers = new Int32Array(8)
    readHybrid(numbers, 8, bitWidth, { bytes, at: 0, end: bytes.length })
    return [...numbers]
  }
  expect(read(16)).toEqual(Array.from({ length: 8 }, () => 0x1234))
  expect(() => read(17)).toThrow(RangeError)
})

test('a null list with items beneath it is null, and its items are nowhere', async () => {
  const schema = [field('l', { is: 'list', of: { is: 'int32' } })]
  const batch = batchOf(schema, [[[1, 2]], [[3, 4]], [[5]]])
  const column = { ...batch.columns[0]!, validity: Uint8Array.of(1, 0, 1) }
  const rows = {
    schema,
    batches: (async function* () {
      yield { rows: 3, columns: [column] }
    })(),
  }
  const bytes = await bytesOf(encode('parquet', rows))
  expect(await cellsOf(decode('parquet', fileOf(bytes), schema))).toEqual([[[1, 2]], [null], [[5]]])
})

describe('the second thread', () => {
  const schema = [
    field('n', { is: 'int64' }),
    field('t', { is: 'utf8' }),
    field('l', { is: 'list', of: { is: 'uuid' } }),
  ]
  const uuid = '123e4567-e89b-12d3-a456-426614174000'
  const cells = Array.from({ length: 9000 }, (_, i): Cell[] => [
    i % 5 ? BigInt(i) : null,
    `text ${i % 77}`,
    i % 3 ? [uuid] : [],
  ])
  /** The threads started while it ran; one that has ended has the id -1. */
  const threadsOf = async (work: () => Promise<unknown>): Promise<number[]> => {
    const workers: Worker[] = []
    const note = (worker: Worker): number => workers.push(worker)
    process.on('worker', note)
    try {
      await work()
    } finally {
      process.off('worker', note)
    }
    return workers.map(({ threadId }) => threadId)
  }

  test('writes the very bytes that one thread writes', async () => {
    const write = (worker: boolean) =>
      bytesOf(encode('parquet', rowsOf(schema, cells, 700), { rowGroupRows: 1000, worker }))
    const [one, two] = [await write(false), await write(true)]
    expect(Buffer.compare(one, two)).toBe(0)
    expect(await cellsOf(decode('parquet', fileOf(two), schema))).toEqual(cells)
  })

  const write = (rows: Rows) => encode('parquet', rows, { rowGroupRows: 1000, worker: true })

  const whole = () => bytesOf(write(rowsOf(schema, cells, 700)))

  test('serves one file after another', async () => {
    await whole()
    expect(await threadsOf(whole)).toEqual([])
  })

  test('is for as many files at once as there are other cores: the others are written by the first, to their ends', async () => {
    const threads = Math.max(1, availableParallelism() - 1)
    const firsts = Array.from({ length: threads }, () => write(rowsOf(schema, cells, 700)))
    const last = write(rowsOf(schema, cells, 700))
    const begun: Uint8Array[][] = []
    const started = await threadsOf(async () => {
      for (const file of [...firsts, last]) begun.push([(await file.next()).value as Uint8Array])
      // what had a thread ends, while the last one is in the middle of its file
      for (const [i, file] of [...firsts, last].entries()) for await (const chunk of file) begun[i]!.push(chunk)
    })
    expect(started.length).toBeLessThanOrEqual(threads)
    for (const chunks of begun) expect(Buffer.compare(Buffer.concat(chunks), await whole())).toBe(0)
  })

  test('ends with an early return, and the next file has a new one', async () => {
    const returnEarly = async (): Promise<void> => {
      for await (const _ of write(rowsOf(schema, cells, 700))) return
    }
    const started = await threadsOf(async () => {
      await returnEarly()
      expect(Buffer.compare(await whole(), await whole())).toBe(0)
    })
    expect(started).toEqual([expect.any(Number)])
    expect(started[0]).toBeGreaterThan(0)
  })

  test('ends with a failing source, whose failure comes through', async () => {
    const failure = new Error('the source broke')
    const batches = (async function* () {
      yield* rowsOf(schema, cells, 700).batches
      throw failure
    })()
    const started = await threadsOf(async () => {
      await expect(bytesOf(write({ schema, batches }))).rejects.toBe(failure)
      await whole()
    })
    expect(started).toEqual([expect.any(Number)])
  })

  test('is not started for what fits one row group', async () => {
    const small = () => bytesOf(write(rowsOf(schema, cells.slice(0, 1000), 700)))
    expect(await threadsOf(small)).toEqual([])
  })
})
