import { tableFromIPC } from '@uwdata/flechette'
import { describe, expect, it } from 'vitest'
import { splitArrow } from '../../../clients/typescript/arrow.ts'
import { readLines } from '../../../clients/typescript/lines.ts'
import { download } from '../../../clients/typescript/transfer.ts'
import type { Batch, Rows } from '../../../shared/domain/batch.ts'
import { writeArrow } from '../../../shared/formats/arrow/write.ts'

/** Bytes in pieces of a size, each in memory of its own. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.slice(at, at + size)
}

const utf8 = new TextEncoder()

describe('a stream of Arrow, cut into its batches', () => {
  const batchOf = (numbers: readonly number[]): Batch => ({
    rows: numbers.length,
    columns: [{ layout: 'fixed', values: Int32Array.from(numbers) }],
  })
  const rows = (): Rows => ({
    schema: [{ name: 'n', type: { is: 'int32' }, nullable: false, native: 'int' }],
    batches: (async function* () {
      yield batchOf([1, 2, 3])
      yield batchOf([])
      yield batchOf(Array.from({ length: 5000 }, (_, i) => i))
    })(),
  })
  const written = async (): Promise<Uint8Array> => Buffer.concat(await Array.fromAsync(writeArrow(rows())))

  it.each([1, 7, 8, 4096, 1_000_000])('is the same however it arrives: in pieces of %i bytes', async (size) => {
    const bytes = await written()
    const sizes: number[] = []
    for await (const batch of splitArrow(pieces(bytes, size))) {
      const table = tableFromIPC(batch)
      sizes.push(table.numRows)
      if (table.numRows === 5000) expect(table.getChild('n').at(4999)).toBe(4999)
    }
    expect(sizes.filter((count) => count > 0)).toEqual([3, 5000])
  })

  it.each([1, 100, 20])('that ends %i bytes early is an error', async (missing) => {
    const bytes = await written()
    const read = Array.fromAsync(splitArrow(pieces(bytes.subarray(0, bytes.byteLength - missing), 512)))
    await expect(read).rejects.toThrow('ended within')
  })
})

describe('lines of JSON', () => {
  const text = '{"a":"é😀"}\n\n{"a":"x\\ny"}\r\n{"a":1}'

  it.each([1, 2, 3, 5, 1000])(
    'are read in pieces of %i bytes, letters cut in two, the last without an end',
    async (size) => {
      const groups = await Array.fromAsync(readLines(pieces(utf8.encode(text), size)))
      expect(groups.flat()).toEqual([{ a: 'é😀' }, { a: 'x\ny' }, { a: 1 }])
    },
  )

  it('that break off are an error', async () => {
    await expect(Array.fromAsync(readLines(pieces(utf8.encode('{"a":1}\n{"a"'), 4)))).rejects.toThrow(SyntaxError)
  })
})

describe('a download', () => {
  it('that is shorter than it was said to be is an error', async () => {
    const response = new Response('abc', { headers: { 'content-length': '5' } })
    await expect(Array.fromAsync(download(response))).rejects.toThrow('Of 5 bytes 3 arrived.')
  })

  it('says nothing of its whole where that was packed on the way', async () => {
    const response = new Response('abc', { headers: { 'content-length': '2', 'content-encoding': 'gzip' } })
    const told: unknown[] = []
    await Array.fromAsync(download(response, (now) => told.push(now)))
    expect(told.at(-1)).toEqual({ done: 3, total: undefined })
  })
})
