import { expect } from 'vitest'
import * as z from 'zod'
import { isFault } from '../../shared/domain/faults.ts'
import type { CatalogReader, CatalogWriter, Collection } from '../../shared/ports/catalog.ts'
import { type Disposable, inByteOrder, outcomes, runContract, type Skips } from './contract.ts'

export interface CatalogSubject extends Disposable {
  readonly catalog: CatalogWriter
  /** Another one on the same records, as in another process. */
  readonly twin: CatalogWriter
}

const things: Collection<unknown> = { path: 'things', schema: z.unknown() }
const named: Collection<{ name: string }> = { path: 'named', schema: z.object({ name: z.string() }) }

/** `named` as later versions of Headgate have it: names became titles, then lists of them. */
const titled: Collection<{ title: string; notes: string }> = {
  path: named.path,
  schema: z.object({ title: z.string(), notes: z.string().default('none') }),
  steps: [(old) => ({ title: (old as { name: string } | null)?.name })],
}
const listed: Collection<{ titles: string[] }> = {
  path: named.path,
  schema: z.object({ titles: z.array(z.string()) }),
  steps: [...titled.steps!, (old) => ({ titles: [(old as { title: string } | null)?.title] })],
}

const create = (id: string, value: unknown = id) => ({ create: things, id, value })
const createExpired = (id: string) => ({ create: things, id, value: id, expires: 1_000_000 })
const replace = (id: string, revision: number, value: unknown = id) => ({ replace: things, id, value, revision })

const fails = (promise: Promise<unknown>, code: string) =>
  expect(promise).rejects.toMatchObject({ name: 'Fault', code })

async function fill(catalog: CatalogWriter, ids: readonly string[]): Promise<void> {
  for (let i = 0; i < ids.length; i += 100) await catalog.write(ids.slice(i, i + 100).map((id) => create(id)))
}

interface Listing {
  readonly limit: number
  readonly after?: string
  readonly prefix?: string
  readonly descending?: boolean
}

async function listAll(catalog: CatalogReader, page: Listing): Promise<string[]> {
  const ids: string[] = []
  for (let after = page.after; ; ) {
    const { entries, next } = await catalog.list(things, { ...page, ...(after !== undefined && { after }) })
    expect(entries.length).toBeLessThanOrEqual(page.limit)
    ids.push(...entries.map(({ id }) => id))
    if (next === null) return ids
    expect(entries).toHaveLength(page.limit)
    expect(next).not.toBe(after)
    after = next
  }
}

const listOnce = async (catalog: CatalogReader, page: Listing) =>
  (await catalog.list(things, page)).entries.map(({ id }) => id)

const hostileIds = [
  'a/b',
  '../up',
  '.',
  ' ',
  'two words',
  "'; DROP TABLE records; --",
  '%',
  '_',
  '*',
  '#n',
  ':v',
  '"quoted"',
  'back\\slash',
  'line\nbreak',
  '\u0001',
  '\u007f',
  '__proto__',
  'constructor',
  'é',
  'e\u0301',
  '\uFB01',
  '\uFFFF',
  '😀',
  '\u{10FFFF}',
  'x'.repeat(512),
  '😀'.repeat(128),
]

/** What every catalog must do. */
export function catalogContract(name: string, make: () => Promise<CatalogSubject>, skips: Skips = {}): void {
  runContract(`${name}: catalog`, make, skips, {
    async 'gives back what was created, as revision 1'({ catalog }) {
      await catalog.write([{ create: named, id: 'a', value: { name: 'A' } }])
      expect(await catalog.get(named, 'a')).toEqual({ id: 'a', revision: 1, value: { name: 'A' } })
      expect(await catalog.get(named, 'b')).toBeUndefined()
    },
    async 'adds one to the revision with each replacement'({ catalog }) {
      await catalog.write([create('a')])
      await catalog.write([replace('a', 1, 'second')])
      await catalog.write([replace('a', 2, 'third')])
      expect(await catalog.get(things, 'a')).toEqual({ id: 'a', revision: 3, value: 'third' })
    },
    async 'brings records of older versions forward when they are read, and writes them in its own'({ catalog, twin }) {
      await catalog.write([{ create: named, id: 'a', value: { name: 'A' } }])
      await catalog.write([{ create: titled, id: 'b', value: { title: 'B', notes: 'x' } }])
      expect(await twin.get(titled, 'a')).toEqual({ id: 'a', revision: 1, value: { title: 'A', notes: 'none' } })
      expect((await twin.list(listed, { limit: 9 })).entries).toEqual([
        { id: 'a', revision: 1, value: { titles: ['A'] } },
        { id: 'b', revision: 1, value: { titles: ['B'] } },
      ])
      // Reading writes nothing: who runs the version before still reads it.
      expect((await catalog.get(named, 'a'))?.value).toEqual({ name: 'A' })
      await twin.write([{ replace: listed, id: 'a', value: { titles: ['A', 'Ah'] }, revision: 1 }])
      expect(await twin.get(listed, 'a')).toEqual({ id: 'a', revision: 2, value: { titles: ['A', 'Ah'] } })
    },
    async 'refuses to read what a newer version has written, though its schema would take it'({ catalog, twin }) {
      const lax: Collection<unknown> = { path: named.path, schema: z.unknown() }
      await catalog.write([{ create: named, id: 'a', value: { name: 'A' } }])
      const old = await catalog.get(lax, 'a')
      await twin.write([{ replace: titled, id: 'a', value: { title: 'A', notes: 'x' }, revision: 1 }])
      await expect(catalog.get(lax, 'a')).rejects.toMatchObject({ code: 'busy', retryAfter: 30 })
      await fails(catalog.get(named, 'a'), 'busy')
      await fails(catalog.list(lax, { limit: 9 }), 'busy')
      await fails(catalog.list(named, { limit: 9 }), 'busy')
      // What the older version had read before it cannot write over it.
      await fails(
        catalog.write([{ replace: lax, id: 'a', value: old!.value, revision: old!.revision }]),
        'precondition-failed',
      )
      expect((await twin.get(titled, 'a'))?.value).toEqual({ title: 'A', notes: 'x' })
      await catalog.write([{ delete: named, id: 'a', revision: 2 }])
      expect(await twin.get(titled, 'a')).toBeUndefined()
    },
    async 'refuses to create what is there'({ catalog }) {
      await catalog.write([create('a', 'first')])
      await fails(catalog.write([create('a', 'second')]), 'conflict')
      expect((await catalog.get(things, 'a'))?.value).toBe('first')
    },
    async 'refuses to replace another revision, or nothing'({ catalog }) {
      await catalog.write([create('a')])
      await catalog.write([replace('a', 1)])
      await fails(catalog.write([replace('a', 1, 'late')]), 'precondition-failed')
      await fails(catalog.write([replace('a', 3, 'early')]), 'precondition-failed')
      await fails(catalog.write([replace('b', 1)]), 'not-found')
      expect(await catalog.get(things, 'a')).toEqual({ id: 'a', revision: 2, value: 'a' })
    },
    async 'deletes: any revision, that revision, nothing'({ catalog }) {
      await catalog.write([create('a'), create('b')])
      await fails(catalog.write([{ delete: things, id: 'a', revision: 2 }]), 'precondition-failed')
      await catalog.write([{ delete: things, id: 'a', revision: 1 }])
      await catalog.write([{ delete: things, id: 'b' }])
      expect(await listOnce(catalog, { limit: 10 })).toEqual([])
      await catalog.write([{ delete: things, id: 'a' }])
      await fails(catalog.write([{ delete: things, id: 'a', revision: 1 }]), 'not-found')
      await catalog.write([create('a')])
      expect((await catalog.get(things, 'a'))?.revision).toBe(1)
    },
    async 'shows a write at once to another process'({ catalog, twin }) {
      await catalog.write([create('a', 1)])
      expect((await twin.get(things, 'a'))?.value).toBe(1)
      await twin.write([replace('a', 1, 2)])
      expect((await catalog.get(things, 'a'))?.value).toBe(2)
      expect((await catalog.list(things, { limit: 1 })).entries).toEqual([{ id: 'a', revision: 2, value: 2 }])
    },
    async 'lists in byte order, also where UTF-16 order differs'({ catalog }) {
      const ids = ['😀', '\uFB01', 'é', 'z', 'Z', 'a', '~', '10', '9', 'a/', 'a!', 'a0']
      await fill(catalog, ids)
      expect(await listOnce(catalog, { limit: 100 })).toEqual(inByteOrder(ids))
      expect(await listOnce(catalog, { limit: 100, descending: true })).toEqual(inByteOrder(ids).reverse())
      expect(await listAll(catalog, { limit: 1 })).toEqual(inByteOrder(ids))
      expect(await listAll(catalog, { limit: 1, descending: true })).toEqual(inByteOrder(ids).reverse())
    },
    async 'pages 1,050 records without loss or repetition, both ways'({ catalog }) {
      const ids = Array.from({ length: 1050 }, (_, i) => `id-${i}`)
      await fill(catalog, ids)
      expect(await listAll(catalog, { limit: 1000 })).toEqual(inByteOrder(ids))
      expect(await listAll(catalog, { limit: 97 })).toEqual(inByteOrder(ids))
      expect(await listAll(catalog, { limit: 97, descending: true })).toEqual(inByteOrder(ids).reverse())
    },
    async 'says that there is no next page where there is none'({ catalog }) {
      await fill(catalog, ['a', 'b', 'c'])
      expect((await catalog.list(things, { limit: 3 })).next).toBeNull()
      expect((await catalog.list(things, { limit: 2 })).next).toBe('b')
      expect((await catalog.list(things, { limit: 2, descending: true })).next).toBe('b')
      expect((await catalog.list(things, { limit: 2, after: 'c' })).next).toBeNull()
    },
    async 'lists a prefix and not its siblings'({ catalog }) {
      const ids = [
        'foo',
        'foo/',
        'foo/1',
        'foo/2',
        'foo/\u{10FFFF}',
        'foo/\u{10FFFF}\u{10FFFF}x',
        'foo0',
        'foobar',
        'fo',
      ]
      await fill(catalog, ids)
      for (const prefix of ['foo/', 'foo', 'foob', 'f', 'x', 'foo/\u{10FFFF}', 'foo/2']) {
        const expected = inByteOrder(ids.filter((id) => id.startsWith(prefix)))
        expect(await listAll(catalog, { limit: 2, prefix })).toEqual(expected)
        expect(await listAll(catalog, { limit: 2, prefix, descending: true })).toEqual(expected.reverse())
      }
    },
    async 'goes on after an id that is not there, inside or outside the prefix'({ catalog }) {
      await fill(catalog, ['a', 'b1', 'b3', 'c'])
      expect(await listOnce(catalog, { limit: 9, after: 'b2' })).toEqual(['b3', 'c'])
      expect(await listOnce(catalog, { limit: 9, after: 'b2', descending: true })).toEqual(['b1', 'a'])
      expect(await listOnce(catalog, { limit: 9, prefix: 'b', after: 'b2' })).toEqual(['b3'])
      expect(await listOnce(catalog, { limit: 9, prefix: 'b', after: 'a' })).toEqual(['b1', 'b3'])
      expect(await listOnce(catalog, { limit: 9, prefix: 'b', after: 'c' })).toEqual([])
      expect(await listOnce(catalog, { limit: 9, prefix: 'b', after: 'c', descending: true })).toEqual(['b3', 'b1'])
      expect(await listOnce(catalog, { limit: 9, prefix: 'b', after: 'a', descending: true })).toEqual([])
      expect(await listOnce(catalog, { limit: 9, after: '' })).toEqual(['a', 'b1', 'b3', 'c'])
    },
    async 'keeps collections apart'({ catalog }) {
      const at = (path: string): Collection<unknown> => ({ path, schema: z.unknown() })
      await catalog.write([
        { create: at('a'), id: 'b/c', value: 1 },
        { create: at('a/b'), id: 'c', value: 2 },
        { create: at('a/b/c'), id: 'c', value: 3 },
        { create: at('ab'), id: 'c', value: 4 },
      ])
      expect((await catalog.list(at('a'), { limit: 9 })).entries).toEqual([{ id: 'b/c', revision: 1, value: 1 }])
      expect((await catalog.list(at('a/b'), { limit: 9 })).entries).toEqual([{ id: 'c', revision: 1, value: 2 }])
      expect(await catalog.get(at('a'), 'c')).toBeUndefined()
      expect((await catalog.list(at('nothing'), { limit: 9 })).entries).toEqual([])
    },
    async 'takes ids of any characters'({ catalog }) {
      await fill(catalog, hostileIds)
      for (const id of hostileIds) expect((await catalog.get(things, id))?.value).toBe(id)
      expect(await listAll(catalog, { limit: 3 })).toEqual(inByteOrder(hostileIds))
      for (const id of hostileIds) await catalog.write([replace(id, 1, 'new'), { delete: things, id: 'other' }])
      for (const id of hostileIds) await catalog.write([{ delete: things, id, revision: 2 }])
      expect(await listOnce(catalog, { limit: 9 })).toEqual([])
    },
    async 'refuses ids that are none'({ catalog }) {
      for (const id of ['', 'a\0b', '\ud800', 'x'.repeat(513), '😀'.repeat(129)]) {
        await fails(catalog.write([create(id)]), 'invalid-request')
        expect(await catalog.get(things, id)).toBeUndefined()
        if (id === '') continue
        await fails(catalog.list(things, { limit: 1, after: id }), 'invalid-request')
        await fails(catalog.list(things, { limit: 1, prefix: id }), 'invalid-request')
      }
    },
    async 'refuses pages that are none'({ catalog }) {
      for (const limit of [0, -1, 1.5, Number.NaN, 1001, 1e9]) {
        await fails(catalog.list(things, { limit }), 'invalid-request')
      }
    },
    async 'keeps values exactly'({ catalog }) {
      const values = [
        null,
        '',
        '😀\uFB01\u0000\n"\\',
        '\ud800',
        [],
        {},
        [[], [{}]],
        { '': '', 'a.b': 1, $x: [null, true], ключ: 'значение' },
        0.1,
        1e308,
        5e-324,
        Number.MAX_SAFE_INTEGER,
        -1,
        JSON.parse('{"__proto__": {"x": 1}}'),
      ]
      await catalog.write(values.map((value, i) => create(`v${i}`, value)))
      for (const [i, value] of values.entries()) {
        expect(JSON.stringify((await catalog.get(things, `v${i}`))?.value)).toBe(JSON.stringify(value))
      }
    },
    async 'refuses a value off its schema, and writes nothing then'({ catalog }) {
      const wrong = { create: named, id: 'b', value: { name: 7 } }
      await fails(catalog.write([{ create: named, id: 'a', value: { name: 'A' } }, wrong]), 'internal')
      expect(await catalog.get(named, 'a')).toBeUndefined()
    },
    async 'reads what an older schema wrote, and tells what does not fit'({ catalog }) {
      await catalog.write([{ create: named, id: 'a', value: { name: 'A' } }])
      const grown = { path: named.path, schema: z.object({ name: z.string(), title: z.string().default('none') }) }
      expect((await catalog.get(grown, 'a'))?.value).toEqual({ name: 'A', title: 'none' })
      await fails(catalog.get({ path: named.path, schema: z.object({ name: z.int() }) }, 'a'), 'internal')
    },
    async 'takes records of 350 KB, and tells what is larger'({ catalog }) {
      const largest = `${'é'.repeat((350 * 1024 - 2) / 2)}`
      const id = '😀'.repeat(128)
      await catalog.write([create(id, largest)])
      expect((await catalog.get(things, id))?.value).toBe(largest)
      await catalog.write([replace(id, 1, largest)])
      await fails(catalog.write([create('b', `${largest}x`)]), 'too-large')
    },
    async 'lists large records past the pages of the store'({ catalog }) {
      const large = 'x'.repeat(340 * 1024)
      const ids = Array.from({ length: 9 }, (_, i) => `large-${i}`)
      for (const id of ids) await catalog.write([create(id, large)])
      expect(await listOnce(catalog, { limit: 20 })).toEqual(ids)
      expect(await listAll(catalog, { limit: 4, descending: true })).toEqual([...ids].reverse())
    },
    async 'makes all changes of a write or none'({ catalog }) {
      await catalog.write([create('a'), create('b')])
      await fails(catalog.write([create('new'), replace('a', 1, 'x'), replace('b', 7)]), 'precondition-failed')
      await fails(catalog.write([create('new'), { delete: things, id: 'a' }, create('b')]), 'conflict')
      await fails(catalog.write([create('new'), { delete: things, id: 'b', revision: 9 }]), 'precondition-failed')
      expect(await catalog.get(things, 'new')).toBeUndefined()
      expect(await catalog.get(things, 'a')).toEqual({ id: 'a', revision: 1, value: 'a' })
      await catalog.write([create('new'), replace('a', 1, 'x'), { delete: things, id: 'b' }])
      expect(await listOnce(catalog, { limit: 9 })).toEqual(['a', 'new'])
    },
    async 'gives the fault of the first change that cannot be made'({ catalog }) {
      await catalog.write([create('a'), create('b')])
      await fails(catalog.write([create('z'), replace('none', 1), replace('a', 2), create('b')]), 'not-found')
      await fails(catalog.write([create('z'), replace('a', 2), create('b'), replace('none', 1)]), 'precondition-failed')
      await fails(catalog.write([create('b'), replace('none', 1), replace('a', 2)]), 'conflict')
    },
    async 'takes 100 changes at once, and no more'({ catalog }) {
      const changes = Array.from({ length: 101 }, (_, i) => create(`c${i}`))
      await fails(catalog.write(changes), 'too-large')
      expect(await listOnce(catalog, { limit: 1 })).toEqual([])
      await catalog.write(changes.slice(1))
      expect(await listOnce(catalog, { limit: 1000 })).toHaveLength(100)
      await catalog.write([])
    },
    async 'refuses a write that is too large, or changes a record twice'({ catalog }) {
      const large = 'x'.repeat(340_000)
      await fails(catalog.write(Array.from({ length: 11 }, (_, i) => create(`l${i}`, large))), 'too-large')
      await catalog.write(Array.from({ length: 10 }, (_, i) => create(`l${i}`, large)))
      await fails(catalog.write([create('a'), { delete: things, id: 'a' }]), 'invalid-request')
    },
    async 'hides what has expired, at once'({ catalog }) {
      const soon = Math.floor(Date.now() / 1000) + 3600
      await catalog.write([createExpired('gone'), { create: things, id: 'kept', value: 1, expires: soon }])
      expect(await catalog.get(things, 'gone')).toBeUndefined()
      expect(await listOnce(catalog, { limit: 9 })).toEqual(['kept'])
      await catalog.write([{ replace: things, id: 'kept', value: 2, revision: 1, expires: 1_000_000 }])
      expect(await catalog.get(things, 'kept')).toBeUndefined()
    },
    async 'treats what has expired as not there'({ catalog }) {
      for (const id of ['a', 'b', 'c', 'd']) await catalog.write([createExpired(id)])
      await fails(catalog.write([replace('a', 1)]), 'not-found')
      await fails(catalog.write([{ delete: things, id: 'b', revision: 1 }]), 'not-found')
      await catalog.write([{ delete: things, id: 'c' }])
      await catalog.write([create('d', 'again')])
      expect(await catalog.get(things, 'd')).toEqual({ id: 'd', revision: 1, value: 'again' })
    },
    async 'fills a page past expired records'({ catalog }) {
      const ids = Array.from({ length: 60 }, (_, i) => `id-${String(i).padStart(2, '0')}`)
      await catalog.write(ids.map((id, i) => (i % 20 === 19 ? create(id) : createExpired(id))))
      expect(await listOnce(catalog, { limit: 2 })).toEqual(['id-19', 'id-39'])
      expect(await listAll(catalog, { limit: 1 })).toEqual(['id-19', 'id-39', 'id-59'])
      expect((await catalog.list(things, { limit: 3 })).next).toBeNull()
    },
    async 'lets one of twenty create a record'({ catalog, twin }) {
      const racers = Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? catalog : twin).write([create('a', i), create(`mine-${i}`)]),
      )
      expect(await outcomes(racers)).toEqual({ done: 1, conflict: 19 })
      const winner = (await catalog.get(things, 'a'))?.value
      expect(await listOnce(catalog, { limit: 9 })).toEqual(['a', `mine-${winner}`])
    },
    async 'lets one of twenty replace a revision'({ catalog, twin }) {
      await catalog.write([create('a')])
      const racers = Array.from({ length: 20 }, (_, i) => (i % 2 ? catalog : twin).write([replace('a', 1, i)]))
      expect(await outcomes(racers)).toEqual({ done: 1, 'precondition-failed': 19 })
    },
    async 'loses no update of many'({ catalog, twin }) {
      await catalog.write([create('count', 0)])
      const addOne = async (on: CatalogWriter): Promise<void> => {
        const { revision, value } = (await on.get(things, 'count'))!
        try {
          await on.write([replace('count', revision, (value as number) + 1)])
        } catch (thrown) {
          if (!isFault(thrown, 'precondition-failed')) throw thrown
          await addOne(on)
        }
      }
      await Promise.all(
        Array.from({ length: 6 }, async (_, i) => {
          for (let n = 0; n < 5; n++) await addOne(i % 2 ? catalog : twin)
        }),
      )
      expect(await catalog.get(things, 'count')).toEqual({ id: 'count', revision: 31, value: 30 })
    },
  })
}
