import { describe, expect, it } from 'vitest'
import { writeZip, type ZipEntry } from '../../shared/formats/zip.ts'
import { unzip } from './unzip.ts'

const modified = new Date('2026-02-03T04:05:06Z')

const entry = (name: string, ...chunks: string[]): ZipEntry => ({
  name,
  size: Buffer.byteLength(chunks.join('')),
  bytes: async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk)
  },
})

async function collect(entries: Iterable<ZipEntry>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of writeZip(entries, modified)) chunks.push(Uint8Array.from(chunk))
  return Buffer.concat(chunks)
}

describe('a ZIP archive', () => {
  it('gives back what was put, with names of any letters', async () => {
    const archive = await collect([entry('a.csv', 'one', 'two'), entry('ordner/ü \u{1f600}.txt', 'x'), entry('empty')])
    const files = [...unzip(archive)].map(([name, bytes]) => [name, bytes.toString()])
    expect(files).toEqual([['a.csv', 'onetwo'], ['ordner/ü \u{1f600}.txt', 'x'], ['empty', '']]) // biome-ignore format: a table
    // 2026-02-03, 04:05:06 in DOS's own bits
    expect([archive.readUInt16LE(10), archive.readUInt16LE(12)]).toEqual([
      (4 << 11) | (5 << 5) | 3,
      (46 << 9) | (2 << 5) | 3,
    ])
  })

  it('of nothing is an archive', async () => {
    expect(unzip(await collect([])).size).toBe(0)
  })

  it('of more files than 16 bits can count is zip64', async () => {
    const files = unzip(await collect(Array.from({ length: 70_000 }, (_, i) => entry(`f${i}`))))
    expect(files.size).toBe(70_000)
  })

  it('of a file past 4 GB has its sizes and offsets in 64 bits', { timeout: 120_000 }, async () => {
    const chunk = Buffer.alloc(16 * 1024 * 1024)
    const size = 257 * chunk.length
    const large: ZipEntry = {
      name: 'large',
      size,
      bytes: async function* () {
        for (let n = 0; n < 257; n++) yield chunk
      },
    }
    let length = 0
    const tail: Uint8Array[] = []
    for await (const piece of writeZip([large, entry('behind', 'x')], modified)) {
      if (length > size) tail.push(Uint8Array.from(piece))
      length += piece.length
    }
    const bytes = Buffer.concat(tail)
    const start = length - bytes.length
    const wide = Number(bytes.readBigUInt64LE(bytes.length - 34))
    const directory = Number(bytes.readBigUInt64LE(wide - start + 48))
    const first = bytes.subarray(directory - start)
    expect(first.readUInt32LE(24)).toBe(0xffff_ffff)
    expect(Number(first.readBigUInt64LE(46 + 5 + 4))).toBe(size)
    const second = first.subarray(46 + 5 + first.readUInt16LE(30))
    const local = Number(second.readBigUInt64LE(46 + 6 + 4))
    expect(bytes.readUInt32LE(local - start)).toBe(0x04034b50)
  })

  it('of a file that is shorter than was said breaks off', async () => {
    await expect(collect([{ ...entry('a', 'x'), size: 2 }])).rejects.toThrow('a has 1 bytes, not 2')
  })
})
