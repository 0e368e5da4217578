import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import type { ObjectReader, ObjectWriter } from '../../shared/ports/objects.ts'
import { type Disposable, inByteOrder, outcomes, runContract, type Skips } from './contract.ts'

export interface ObjectsSubject extends Disposable {
  readonly objects: ObjectWriter
  /** Another one on the same objects, as in another process. */
  readonly twin: ObjectWriter
  /** Asks a link's address, as a browser would. */
  follow(url: string): Promise<{ readonly status: number; readonly disposition: string | null; readonly text: string }>
}

const bytes = (text: string) => new TextEncoder().encode(text)
const fails = (promise: Promise<unknown>, code: string) =>
  expect(promise).rejects.toMatchObject({ name: 'Fault', code })

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const readText = async (from: ObjectReader, key: string, range?: readonly [number, number]) =>
  (await readAll(await from.get(key, range))).toString()

async function listAll(from: ObjectReader, prefix: string, limit: number): Promise<string[]> {
  const keys: string[] = []
  for (let after: string | undefined; ; ) {
    const { objects, next } = await from.list(prefix, { limit, ...(after !== undefined && { after }) })
    expect(objects.length).toBeLessThanOrEqual(limit)
    keys.push(...objects.map(({ key }) => key))
    if (next === null) return keys
    expect(next).not.toBe(after)
    after = next
  }
}

/** So many bytes, no two megabytes alike, made as they are asked for. */
async function* noise(size: number, chunk = 100_003): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += chunk) yield Buffer.alloc(Math.min(chunk, size - at), `${at}.`)
}

async function* cut(before: number): AsyncGenerator<Uint8Array> {
  yield* noise(before)
  throw new Error('cut')
}

const putAll = async (to: ObjectWriter, keys: readonly string[]) => {
  for (let i = 0; i < keys.length; i += 50) {
    await Promise.all(keys.slice(i, i + 50).map((key) => to.put(key, bytes(key))))
  }
}

export const hostileKeys = [
  ' ',
  ' x ',
  'a b+c%2F&<>"\'',
  '%',
  '%2e%2e/x',
  '...',
  '.hidden',
  'dot.',
  'a\\..\\b',
  'C:x',
  'con',
  'CON',
  'nul.txt',
  'aux/com1',
  'Case',
  'case',
  'CASE/x',
  'case/x',
  'é',
  'e\u0301',
  '\uFB01',
  '\uFFFD',
  '😀',
  '\u202Ertl',
  '\u007f',
  '\u0085',
  '~',
  'x~',
  'x+',
  'x+/y',
  'x%2f',
  '*?:|',
  '__proto__',
  '#frag?query=1',
  'x'.repeat(79),
  'x'.repeat(80),
  `${'x'.repeat(80)}/y`,
  `${'x'.repeat(80)}!`,
  'x'.repeat(81),
  'y'.repeat(255),
  'Z'.repeat(900),
  '😀'.repeat(225),
  `${'d/'.repeat(449)}ee`,
]

export const refusedKeys = [
  '',
  '/',
  '/abs',
  'a/',
  'a//b',
  '.',
  '..',
  '../out',
  'a/../b',
  'a/./b',
  'a/..',
  'nul\0byte',
  'line\nbreak',
  'tab\tbed',
  '\u001f',
  '\ud800',
  'x\udc00y',
  'x'.repeat(901),
  '😀'.repeat(226),
]

/** What every store of objects must do. */
export function objectsContract(name: string, make: () => Promise<ObjectsSubject>, skips: Skips = {}): void {
  runContract(`${name}: objects`, make, skips, {
    async 'gives back what was put'({ objects, twin }) {
      const head = await objects.put('a/b', bytes('hello'))
      expect(head).toMatchObject({ key: 'a/b', size: 5 })
      expect(await readText(twin, 'a/b')).toBe('hello')
      expect(await twin.head('a/b')).toEqual(head)
      expect((await twin.list('', { limit: 1 })).objects).toEqual([head])
      expect(new Date(head.modified).toISOString()).toBe(head.modified)
      expect(Math.abs(Date.parse(head.modified) - Date.now())).toBeLessThan(120_000)
    },
    async 'says not-found for what is not there'({ objects }) {
      await objects.put('a/b', bytes('x'))
      for (const key of ['nope', 'a', 'a/b/c', 'a/bb']) {
        await fails(objects.head(key), 'not-found')
        await fails(objects.get(key), 'not-found')
        await fails(objects.get(key, [0, 0]), 'not-found')
        await fails(objects.get(key, [5, 9]), 'not-found')
      }
    },
    async 'copies an object, hostile names and all, and leaves both apart'({ objects, twin }) {
      const keys = hostileKeys.slice(0, 12)
      for (const [i, key] of keys.entries()) {
        await objects.put(key, bytes(`of ${key}`))
        const to = `copies/${i}/${keys[(i + 1) % keys.length]}`
        expect(await objects.copy(key, to)).toMatchObject({ key: to, size: bytes(`of ${key}`).length })
        expect(await readText(twin, to)).toBe(`of ${key}`)
      }
      await objects.put(keys[0]!, bytes('changed'))
      expect(await readText(objects, `copies/0/${keys[1]}`)).toBe(`of ${keys[0]}`)
      await fails(objects.copy('nope', 'to'), 'not-found')
      await fails(objects.copy(keys[0]!, '../out'), 'invalid-request')
      await fails(objects.head('to'), 'not-found')
    },
    async 'copies over nothing where it must not'({ objects }) {
      await objects.put('a', bytes('a'))
      await objects.put('b', bytes('b'))
      await fails(objects.copy('a', 'b', { ifAbsent: true }), 'precondition-failed')
      expect(await readText(objects, 'b')).toBe('b')
    },
    async 'puts over the version that is named, and over no other'({ objects, twin }) {
      const first = await objects.put('a', bytes('one'))
      await fails(twin.put('none', bytes('x'), { ifMatch: first.etag }), 'precondition-failed')
      const second = await twin.put('a', bytes('two'), { ifMatch: first.etag })
      await fails(objects.put('a', bytes('late'), { ifMatch: first.etag }), 'precondition-failed')
      expect(await objects.head('a')).toEqual(second)
    },
    async 'lets one of many writers of one version win'({ objects, twin }) {
      const { etag } = await objects.put('a', bytes('base'))
      const writers = Array.from({ length: 8 }, (_, i) =>
        (i % 2 ? objects : twin).put('a', bytes(`writer ${i}`), { ifMatch: etag }),
      )
      const { done, ...others } = await outcomes(writers)
      expect(done).toBe(1)
      expect(Object.keys(others).filter((code) => code !== 'precondition-failed' && code !== 'busy')).toEqual([])
    },
    async 'deletes the version that is named, and no other'({ objects }) {
      const { etag } = await objects.put('a', bytes('one'))
      await objects.put('a', bytes('other'))
      await fails(objects.delete('a', { ifMatch: etag }), 'precondition-failed')
      expect(await readText(objects, 'a')).toBe('other')
      await objects.delete('a', { ifMatch: (await objects.head('a')).etag })
      await fails(objects.delete('a', { ifMatch: etag }), 'precondition-failed')
      await fails(objects.head('a'), 'not-found')
    },
    async 'keeps an empty object'({ objects }) {
      await objects.put('empty', bytes(''))
      await objects.put('empty-too', noise(0))
      for (const key of ['empty', 'empty-too']) {
        expect(await objects.head(key)).toMatchObject({ size: 0 })
        expect(await readText(objects, key)).toBe('')
        expect(await readText(objects, key, [0, 10])).toBe('')
        await fails(objects.get(key, [1, 2]), 'range-not-satisfiable')
      }
    },
    async 'reads half-open ranges'({ objects }) {
      await objects.put('k', bytes('0123456789'))
      const ranges = {
        '0,10': '0123456789',
        '2,5': '234',
        '3,3': '',
        '8,99': '89',
        '9,10': '9',
        '0,1': '0',
        '10,10': '',
        '10,20': '',
      }
      for (const [range, text] of Object.entries(ranges)) {
        const [begin, end] = range.split(',').map(Number)
        expect(await readText(objects, 'k', [begin!, end!])).toBe(text)
      }
      expect(await readText(objects, 'k', [4, Number.MAX_SAFE_INTEGER])).toBe('456789')
    },
    async 'refuses ranges that are none'({ objects }) {
      await objects.put('k', bytes('0123456789'))
      for (const range of [
        [11, 11],
        [11, 20],
        [-1, 5],
        [5, 4],
        [-5, -1],
        [0.5, 2],
        [0, Number.NaN],
      ] as const) {
        await fails(objects.get('k', range), 'range-not-satisfiable')
      }
    },
    async 'replaces whole, and changes the etag with the content'({ objects }) {
      const etags = new Set<string>()
      for (const text of ['aaa', 'bbb', 'ccc', 'dd']) etags.add((await objects.put('k', bytes(text))).etag)
      expect(etags.size).toBe(4)
      expect(await readText(objects, 'k')).toBe('dd')
      expect(await objects.head('k')).toMatchObject({ size: 2 })
    },
    async 'deletes, also what is not there'({ objects }) {
      await putAll(objects, ['a', 'a/b', 'a/b/c', 'ab'])
      await objects.delete('a/b')
      expect(await listAll(objects, '', 10)).toEqual(['a', 'a/b/c', 'ab'])
      await objects.delete('a/b')
      await objects.delete('never/there')
      await objects.delete('a/b/c')
      await objects.delete('a')
      expect(await listAll(objects, '', 10)).toEqual(['ab'])
      await objects.put('a/b/c', bytes('again'))
      expect(await readText(objects, 'a/b/c')).toBe('again')
    },
    async 'lists a prefix and not its siblings'({ objects }) {
      const keys = ['foo', 'foo!', 'foo/1', 'foo/2', 'foo/sub/3', 'foo0', 'foobar/4', 'fo', 'foo.txt', 'foo/s']
      await putAll(objects, keys)
      for (const prefix of [
        '',
        'f',
        'foo',
        'foo/',
        'foob',
        'foo/s',
        'foo/sub/',
        'foo/sub/3',
        'foo/sub/3x',
        'x',
        'foo//',
        '../',
      ]) {
        const expected = inByteOrder(keys.filter((key) => key.startsWith(prefix)))
        expect(await listAll(objects, prefix, 1000)).toEqual(expected)
        expect(await listAll(objects, prefix, 2)).toEqual(expected)
      }
    },
    async 'lists in byte order, also where UTF-16 order differs'({ objects }) {
      const long = 'x'.repeat(80)
      const keys = ['😀', '\uFB01', 'é', 'z', 'Z', '~', 'a!b', 'a/b', 'a0b', 'a', 'a/!', 'a!', 'A/b', '10', '9']
      keys.push(
        long,
        `${long}!`,
        `${long}/b`,
        `${long}0`,
        `${long}A`,
        `${'x'.repeat(79)}A`,
        'x'.repeat(79),
        `${'x'.repeat(79)}y`,
      )
      await putAll(objects, keys)
      expect(await listAll(objects, '', 1000)).toEqual(inByteOrder(keys))
      expect(await listAll(objects, '', 1)).toEqual(inByteOrder(keys))
      expect(await listAll(objects, long, 2)).toEqual(inByteOrder(keys).filter((key) => key.startsWith(long)))
    },
    async 'pages 1,050 keys without loss or repetition'({ objects }) {
      const keys = Array.from({ length: 1050 }, (_, i) => (i % 3 ? `p/k${i}` : `p/${i % 7}/k${i}`))
      await putAll(objects, [...keys, 'o', 'q', 'p'])
      expect(await listAll(objects, 'p/', 1000)).toEqual(inByteOrder(keys))
      expect(await listAll(objects, 'p/', 137)).toEqual(inByteOrder(keys))
    },
    async 'says that there is no next page where there is none'({ objects }) {
      await putAll(objects, ['a', 'b', 'c'])
      expect((await objects.list('', { limit: 3 })).next).toBeNull()
      expect((await objects.list('', { limit: 2 })).next).toBe('b')
      expect(await objects.list('', { limit: 2, after: 'c' })).toEqual({ objects: [], next: null })
      expect(await objects.list('none', { limit: 2 })).toEqual({ objects: [], next: null })
    },
    async 'goes on after a key that is not there, inside or outside the prefix'({ objects }) {
      await putAll(objects, ['a', 'b/1', 'b/3', 'c'])
      const after = async (prefix: string, from: string) =>
        (await objects.list(prefix, { limit: 9, after: from })).objects.map(({ key }) => key)
      expect(await after('', 'b/2')).toEqual(['b/3', 'c'])
      expect(await after('', 'b/')).toEqual(['b/1', 'b/3', 'c'])
      expect(await after('', 'b')).toEqual(['b/1', 'b/3', 'c'])
      expect(await after('b/', 'a')).toEqual(['b/1', 'b/3'])
      expect(await after('b/', 'c')).toEqual([])
      expect(await after('b/', 'b/1')).toEqual(['b/3'])
    },
    async 'refuses pages that are none'({ objects }) {
      for (const limit of [0, -1, 1.5, Number.NaN, 1001, 1e9])
        await fails(objects.list('', { limit }), 'invalid-request')
    },
    async 'takes keys of any characters that the rule allows'({ objects, follow }) {
      for (const key of hostileKeys) await objects.put(key, bytes(key))
      for (const key of hostileKeys) {
        expect(await readText(objects, key)).toBe(key)
        expect(await objects.head(key)).toMatchObject({ key, size: Buffer.byteLength(key) })
      }
      expect(await listAll(objects, '', 1000)).toEqual(inByteOrder(hostileKeys))
      expect(await listAll(objects, '', 5)).toEqual(inByteOrder(hostileKeys))
      for (const key of ['a b+c%2F&<>"\'', '😀', '#frag?query=1']) {
        expect((await follow(await objects.link(key, { seconds: 60, filename: 'x' }))).text).toBe(key)
      }
      for (const key of hostileKeys) await objects.delete(key)
      expect(await listAll(objects, '', 1000)).toEqual([])
    },
    async 'refuses keys that break the rule'({ objects }) {
      for (const key of refusedKeys) {
        await fails(objects.put(key, bytes('x')), 'invalid-request')
        await fails(objects.get(key), 'invalid-request')
        await fails(objects.head(key), 'invalid-request')
        await fails(objects.delete(key), 'invalid-request')
        await fails(objects.link(key, { seconds: 60, filename: 'x' }), 'invalid-request')
      }
      for (const prefix of ['nul\0', '\ud800', 'x'.repeat(901)]) {
        await fails(objects.list(prefix, { limit: 1 }), 'invalid-request')
        await fails(objects.list('', { limit: 1, after: prefix }), 'invalid-request')
      }
      expect(await listAll(objects, '', 10)).toEqual([])
    },
    async 'leaves nothing behind when the writer fails half way'({ objects }) {
      for (const size of [0, 1000, 12_000_000]) {
        await expect(objects.put('torn', cut(size))).rejects.toThrow('cut')
        await fails(objects.head('torn'), 'not-found')
        expect(await listAll(objects, '', 10)).toEqual([])
      }
    },
    async 'passes on what the writer threw, whatever it looks like'({ objects }) {
      const disguises = [
        { code: 'EEXIST' },
        { code: 'ENOENT' },
        { code: 'ECONNRESET' },
        { name: 'ThrottlingException' },
        { name: 'NoSuchKey', $metadata: { httpStatusCode: 412 } },
      ]
      for (const disguise of disguises) {
        for (const size of [0, 12_000_000]) {
          const thrown = Object.assign(new Error('cut'), disguise)
          async function* broken() {
            yield* noise(size)
            throw thrown
          }
          const caught = await objects.put('torn', broken(), { ifAbsent: size > 0 }).catch((each) => each)
          expect(caught).toBe(thrown)
        }
      }
      expect(await listAll(objects, '', 10)).toEqual([])
    },
    async 'keeps the old bytes until the new ones are whole'({ objects, twin }) {
      await objects.put('k', bytes('old'))
      await expect(objects.put('k', cut(12_000_000))).rejects.toThrow('cut')
      expect(await readText(objects, 'k')).toBe('old')
      async function* watched() {
        yield* noise(6_000_000)
        expect(await readText(twin, 'k')).toBe('old')
        yield bytes('new')
      }
      await objects.put('k', watched())
      expect(await objects.head('k')).toMatchObject({ size: 6_000_003 })
    },
    async 'gives a reader one version whole while another is put'({ objects, twin }) {
      await objects.put('k', noise(3_000_000))
      const reading = (await twin.get('k'))[Symbol.asyncIterator]()
      const first = (await reading.next()).value as Uint8Array
      await objects.put('k', bytes('short'))
      const rest: Uint8Array[] = [first]
      for (let next = await reading.next(); !next.done; next = await reading.next()) rest.push(next.value)
      expect(Buffer.concat(rest).equals(await readAll(noise(3_000_000)))).toBe(true)
    },
    async 'carries 20 MB exactly, in pieces of any size'({ objects }) {
      const size = 20_000_001
      const expected = createHash('sha256')
        .update(await readAll(noise(size)))
        .digest('hex')
      for (const chunk of [7_000, 100_003, 9_000_000]) {
        expect(await objects.put('big', rechunk(noise(size), chunk))).toMatchObject({ size })
        const hash = createHash('sha256')
        for await (const piece of await objects.get('big')) hash.update(piece)
        expect(hash.digest('hex')).toBe(expected)
      }
      const slice = await readAll(await objects.get('big', [10_000_000, 10_200_000]))
      expect(slice.equals((await readAll(noise(size))).subarray(10_000_000, 10_200_000))).toBe(true)
    },
    async 'asks for no more bytes than it can write, and not after it has failed'({ objects }) {
      let finished = false
      async function* endless() {
        try {
          for (let i = 0; i < 300; i++) {
            yield Buffer.alloc(100_000)
            if (i === 200) throw new Error('cut')
          }
        } finally {
          finished = true
        }
      }
      await expect(objects.put('k', endless())).rejects.toThrow('cut')
      expect(finished).toBe(true)
    },
    async 'takes pieces that their maker uses again'({ objects }) {
      async function* reused() {
        const buffer = Buffer.alloc(1_000_000)
        for (let i = 0; i < 12; i++) yield buffer.fill(i)
      }
      await objects.put('k', reused())
      const read = await readAll(await objects.get('k'))
      for (let i = 0; i < 12; i++) expect(read[i * 1_000_000 + 500_000]).toBe(i)
    },
    async 'stops reading when the reader does'({ objects }) {
      await objects.put('k', noise(5_000_000))
      for await (const piece of await objects.get('k')) {
        expect(piece.length).toBeGreaterThan(0)
        break
      }
      expect(await objects.head('k')).toMatchObject({ size: 5_000_000 })
    },
    async 'puts only where nothing is, when asked to'({ objects }) {
      await objects.put('k', bytes('first'), { ifAbsent: true })
      await fails(objects.put('k', bytes('second'), { ifAbsent: true }), 'precondition-failed')
      await fails(objects.put('k', noise(12_000_000), { ifAbsent: true }), 'precondition-failed')
      expect(await readText(objects, 'k')).toBe('first')
      await objects.delete('k')
      await objects.put('k', noise(12_000_000), { ifAbsent: true })
      expect(await objects.head('k')).toMatchObject({ size: 12_000_000 })
    },
    async 'lets one of twenty put where nothing is'({ objects, twin }) {
      for (const size of [10, 6_000_000]) {
        const key = `k${size}`
        const on = (i: number) => (i % 2 ? objects : twin)
        const racers = Array.from({ length: size > 10 ? 6 : 20 }, (_, i) =>
          on(i).put(key, rechunk(noise(size + i), 1_000_000), { ifAbsent: true }),
        )
        const winner = (await Promise.allSettled(racers)).findIndex(({ status }) => status === 'fulfilled')
        expect(await outcomes(racers)).toEqual({ done: 1, 'precondition-failed': racers.length - 1 })
        expect(await objects.head(key)).toMatchObject({ size: size + winner })
      }
    },
    async 'survives twenty writers and deleters of neighbours'({ objects, twin }) {
      await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const on = i % 2 ? objects : twin
          for (let n = 0; n < 5; n++) {
            await on.put(`shared/folder/k${i}`, bytes(String(n)))
            await on.delete(`shared/folder/k${i}`)
          }
          await on.put(`shared/folder/k${i}`, bytes('last'))
        }),
      )
      expect(await listAll(objects, '', 1000)).toHaveLength(20)
    },
    async 'gives a link that brings the bytes as an attachment'({ objects, follow }) {
      await objects.put('a/b.csv', bytes('1,2\n'))
      const url = await objects.link('a/b.csv', { seconds: 60, filename: 'Größe "1".csv' })
      const { status, disposition, text } = await follow(url)
      expect({ status, text }).toEqual({ status: 200, text: '1,2\n' })
      expect(disposition).toContain('attachment')
      expect(disposition).toContain("filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.csv")
    },
    async 'gives no link for longer than a week'({ objects }) {
      for (const seconds of [0, -1, 1.5, 604_801, Number.NaN]) {
        await fails(objects.link('k', { seconds, filename: 'x' }), 'invalid-request')
      }
    },
    async 'ends a link when its time is over'({ objects, follow }) {
      await objects.put('k', bytes('x'))
      const url = await objects.link('k', { seconds: 1, filename: 'x' })
      await new Promise((resolve) => setTimeout(resolve, 2100))
      expect((await follow(url)).status).toBe(403)
    },
    async 'follows no link that was changed'({ objects, follow }) {
      await putAll(objects, ['mine', 'other'])
      const url = await objects.link('mine', { seconds: 60, filename: 'x' })
      expect((await follow(url)).status).toBe(200)
      expect((await follow(url.replace('mine', 'other'))).status).toBe(403)
      expect((await follow(url.replace(/(expires=)\d+/i, '$19999999999'))).status).toBe(403)
    },
  })
}

async function* rechunk(stream: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0)
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk])
    for (; rest.length >= size; rest = rest.subarray(size)) yield rest.subarray(0, size)
  }
  if (rest.length > 0) yield rest
}
