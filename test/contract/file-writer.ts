import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Fault } from '../../shared/domain/faults.ts'
import type { FileWriter } from '../../shared/domain/writer.ts'
import { goOn } from '../support/write-rows.ts'

export interface WrittenAt {
  open(signal?: AbortSignal): Promise<FileWriter>
  /** The bytes of a file; undefined where there is none. */
  read(key: string): Promise<Buffer | undefined>
  /** Everything that is there, what lies beside while a file is written too. */
  list(): Promise<readonly string[]>
  /** A folder that is there. */
  readonly folder: string
}

/** What everything that files are written to has to keep. */
export function describeFileWriter(name: string, at: WrittenAt): void {
  const put = async (
    key: string,
    bytes: AsyncIterable<Uint8Array> | Buffer,
    { ifAbsent = false, ready = goOn, signal = new AbortController().signal } = {},
  ) => {
    const writer = await at.open(signal)
    try {
      await writer.put(key, Buffer.isBuffer(bytes) ? pieces(bytes) : bytes, { ifAbsent, ready })
    } finally {
      await writer.close()
    }
  }
  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => expect.fail('it was not refused'),
      (thrown: unknown) => thrown,
    )
  const key = (file: string) => `${at.folder}${file}`

  describe(`P19 files written to ${name}`, () => {
    test.each([0, 1, 100_000, 21_000_003])('of %i bytes are there as they were', async (size) => {
      const bytes = randomBytes(size)
      await put(key(`sized-${size}.bin`), bytes, { ifAbsent: true })
      expect((await at.read(key(`sized-${size}.bin`)))?.equals(bytes)).toBe(true)
    })

    test('have names with spaces, quotes and other letters', async () => {
      await put(key("what's ü 😀 + %41.txt"), Buffer.from('named'))
      expect((await at.read(key("what's ü 😀 + %41.txt")))?.toString()).toBe('named')
    })

    test('take the place of another, or do not where one may not', async () => {
      await put(key('taken.txt'), Buffer.from('first'), { ifAbsent: true })
      await put(key('taken.txt'), Buffer.from('second'))
      expect((await at.read(key('taken.txt')))?.toString()).toBe('second')
      const thrown = await refusal(put(key('taken.txt'), Buffer.from('third'), { ifAbsent: true }))
      expect(thrown).toMatchObject({ code: 'conflict' })
      expect((await at.read(key('taken.txt')))?.toString()).toBe('second')
    })

    test('that appear meanwhile are not replaced where they may not be', async () => {
      const ready = () => put(key('raced.txt'), Buffer.from('faster'))
      const thrown = await refusal(put(key('raced.txt'), Buffer.from('slower'), { ifAbsent: true, ready }))
      expect(thrown).toMatchObject({ code: 'conflict' })
      expect((await at.read(key('raced.txt')))?.toString()).toBe('faster')
    })

    test.each([
      ['small', 1000],
      ['large', 20_000_000],
    ])('that are %s are not seen before the last step, nor is anything left where it is not taken', async (_, size) => {
      const before = await at.list()
      const failure = new Fault('conflict', 'It is not to be shown.')
      let seen: Buffer | undefined
      const ready = async () => {
        seen = await at.read(key('unseen.bin'))
        throw failure
      }
      const thrown = await refusal(put(key('unseen.bin'), randomBytes(size), { ready }))
      expect(thrown).toMatchObject({ code: 'conflict', detail: failure.detail })
      expect(seen).toBeUndefined()
      expect(await at.list()).toEqual(before)
    })

    test('that fail in the middle leave what was there, and nothing beside it', async () => {
      await put(key('half.bin'), Buffer.from('whole'))
      const before = await at.list()
      const failure = new Fault('source-changed', 'The version is gone.')
      const broken = (async function* () {
        yield randomBytes(12_000_000)
        throw failure
      })()
      expect(await refusal(put(key('half.bin'), broken))).toMatchObject({ code: 'source-changed' })
      expect((await at.read(key('half.bin')))?.toString()).toBe('whole')
      expect(await at.list()).toEqual(before)
    })

    test('that are aborted in the middle are not there', async () => {
      const abort = new AbortController()
      const endless = (async function* () {
        for (let i = 0; ; i++) {
          yield randomBytes(1 << 20)
          if (i === 10) abort.abort()
        }
      })()
      const thrown = await refusal(put(key('aborted.bin'), endless, { signal: abort.signal }))
      expect(thrown).toMatchObject({ code: 'cancelled' })
      expect(await at.read(key('aborted.bin'))).toBeUndefined()
    })
  })
}

async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  // the maker uses its memory again, as the formats do
  const buffer = Buffer.alloc(77_777)
  for (let at = 0; at < bytes.length; at += buffer.length)
    yield buffer.subarray(0, bytes.copy(buffer, 0, at, at + buffer.length))
}
