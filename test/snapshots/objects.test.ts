import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OpenSource } from '../../shared/ports/sources.ts'
import { partitionsOf } from '../../shared/ports/work-records.ts'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { sweepAttempts } from '../../shared/snapshots/sweep-attempts.ts'
import { verifyVersion } from '../../shared/snapshots/verify-version.ts'
import { testConnections } from '../support/connections.ts'
import { localWorld, temporaryFolder } from '../support/world.ts'
import { type LabWorld, listKeys, saveDatasource } from './lab-world.ts'
import { realDatasource, realSources, rowsOf, sorted, takeOne } from './real-source.ts'
import { csv, newShelf, type Shelf, saveShelf, shown } from './shelf.ts'
import { randomOf } from './simulation.ts'

/** `HEADGATE_MUTATIONS` asks for more where there is time. */
const mutations = Number(process.env.HEADGATE_MUTATIONS ?? 150)
const signal = new AbortController().signal

let world: LabWorld
let disk: Awaited<ReturnType<typeof localWorld>>
let source: Shelf
beforeEach(async () => {
  disk = await localWorld()
  source = newShelf()
  world = { ...disk, sources: source.sources }
})
afterEach(() => disk.dispose())

const take = async () => {
  source.read.length = 0
  const { outcome, cause } = await takeOne(world)
  expect(outcome, String(cause)).toBe('done')
  return source.read.slice().sort()
}

describe('objects as partitions', () => {
  it('A09 A10 reads what is new or changed, once each, shares the others, and lets vanished ones go', async () => {
    await saveShelf(world)
    for (const n of [1, 2, 3, 4]) source.put(`${n}.csv`, csv(n))
    await take()
    expect(await rowsOf(world)).toEqual(shown(1, 2, 3, 4))
    const before = (await openVersion(world, 'numbers')).parts
    source.put('2.csv', csv(20, 21))
    source.put('5.csv', csv(5))
    source.files.delete('4.csv')
    expect(await take()).toEqual(['2.csv', '5.csv'])
    expect(await rowsOf(world)).toEqual(shown(1, 3, 5, 20, 21))
    expect(await rowsOf(world, { version: 1 })).toEqual(shown(1, 2, 3, 4))
    const { parts } = await openVersion(world, 'numbers')
    expect(parts.filter(({ object }) => object === '1.csv')).toEqual(before.filter(({ object }) => object === '1.csv'))
    const written = await listKeys(world)
    expect(await take()).toEqual([])
    expect((await listKeys(world)).length).toBe(written.length + 1)
  })

  it('A09 does the same with files that are copied as they are', async () => {
    await saveShelf(world, { selection: { glob: '*', parse: 'none' } })
    for (const n of [1, 2, 3]) source.put(`${n}.bin`, `bytes ${n}`)
    expect(await take()).toEqual(['1.bin', '2.bin', '3.bin'])
    source.put('2.bin', 'other bytes')
    expect(await take()).toEqual(['2.bin'])
    const manifest = await openVersion(world, 'numbers')
    expect(manifest.parts.map(({ path }) => path)).toEqual(['1.bin', '2.bin', '3.bin'])
    expect(await verifyVersion(world, manifest, signal)).toMatchObject({ problems: [] })
  })

  it('reads all by new columns where a changed one does not fit, and keeps types that were chosen (A15)', async () => {
    await saveShelf(world, { selection: { glob: '*.csv', schema: { n: 'utf8' } } })
    source.put('1.csv', csv(1))
    source.put('2.csv', csv(2))
    await take()
    source.put('1.csv', 'n,text,more\n1,text 1,true\n')
    source.put('2.csv', 'n,text,more\n2,text 2,false\n')
    await take()
    const { columns } = await openVersion(world, 'numbers')
    expect(columns.map(({ name, type }) => [name, type])).toEqual([
      ['n', 'utf8'],
      ['text', 'utf8'],
      ['more', 'bool'],
    ])
    expect(await rowsOf(world)).toEqual([
      ['1', 'text 1', 'true'],
      ['2', 'text 2', 'false'],
    ])
  })

  it('keeps the version before where a read fails (A11), and skips a snapshot of nothing new where that is asked', async () => {
    await saveShelf(world, { skipUnchanged: true })
    source.put('1.csv', csv(1))
    await take()
    expect((await takeOne(world)).outcome).toBe('skipped')
    source.put('2.csv', 'n,text\n"')
    expect((await takeOne(world)).outcome).toBe('failed')
    expect(await rowsOf(world)).toEqual(shown(1))
  })

  it(`is never wrong in ${mutations} random changes, and reads no more than it must`, {
    timeout: 60_000 + mutations * 300,
  }, async () => {
    await saveShelf(world)
    const random = randomOf(7)
    const truth = new Map<string, number[]>()
    const dirty = new Set<string>()
    const set = (key: string, numbers: number[]) => {
      truth.set(key, numbers)
      source.put(key, csv(...numbers))
      dirty.add(key)
    }
    set('0.csv', [0])
    for (let change = 1; change <= mutations; change++) {
      const key = `${Math.floor(random() * 12)}.csv`
      const drawn = random()
      if (drawn < 0.2 && truth.size > 1) {
        truth.delete(key)
        source.files.delete(key)
        dirty.delete(key)
      } else if (drawn < 0.4 && truth.has(key)) set(key, truth.get(key)!.toReversed())
      else set(key, [change, Math.floor(random() * 3)])
      if (random() < 0.5 || change === mutations) {
        const first = (await listKeys(world)).length === 0
        const read = await take()
        // the first time, the columns are told by some that are read
        if (!first) expect(read).toEqual([...dirty].sort())
        dirty.clear()
        expect(await rowsOf(world)).toEqual(shown(...[...truth.values()].flat()))
      }
    }
    await sweepAttempts(world, { olderThanMs: 0, now: Date.now() + 1000 })
    expect(await rowsOf(world)).toEqual(shown(...[...truth.values()].flat()))
  })
})

describe('one’s own code', async () => {
  const connections = await testConnections()
  const log = await temporaryFolder()
  afterAll(async () => {
    await connections.remove()
    await log.dispose()
  })

  it('A07 A10 A13 is called once for each changed object, and for all when the code changes', async () => {
    const state = join(log.path, 'state.json')
    const calls = join(log.path, 'calls')
    const code = (say: string) => `
      import { appendFileSync, readFileSync } from 'node:fs'
      export const context = () => ({})
      export function* listObjects() {
        for (const [name, fingerprint] of Object.entries(JSON.parse(readFileSync(${JSON.stringify(state)}, 'utf8'))))
          yield { name, fingerprint, isPrefix: false }
      }
      export function* readRows(_context, { name, fingerprint }) {
        appendFileSync(${JSON.stringify(calls)}, name + '\\n')
        yield { name, fingerprint, say: ${JSON.stringify(say)} }
      }`
    const { kind } = connections
    await connections.write('objects/connection.ts', code('one'))
    const config = { connection: 'objects', codeInterface: 'rows', fingerprintStrategy: 'content' }
    world = { ...disk, sources: realSources(kind, async () => (await connections.open(config)) as OpenSource, config) }
    await saveDatasource(world, realDatasource('custom', { selection: {}, strategy: { kind: 'objects' } }))
    const run = async (objects: Record<string, string>) => {
      await writeFile(state, JSON.stringify(objects))
      await writeFile(calls, '')
      const { outcome, cause } = await takeOne(world)
      expect(outcome, String(cause)).toBe('done')
      return (await readFile(calls, 'utf8')).split('\n').filter(Boolean)
    }
    // the first time, the first of them tells the columns
    expect(await run({ a: '1', b: '1', c: '1' })).toEqual(['a', 'a', 'b', 'c'])
    expect(await run({ a: '1', b: '2', d: '1' })).toEqual(['b', 'd'])
    expect(await rowsOf(world)).toEqual([
      ['a', '1', 'one'],
      ['b', '2', 'one'],
      ['d', '1', 'one'],
    ])
    expect(await run({ a: '1', b: '2', d: '1' })).toEqual([])
    await connections.write('objects/connection.ts', code('two'))
    expect(await run({ a: '1', b: '2', d: '1' })).toEqual(['a', 'b', 'd'])
    expect(await rowsOf(world)).toEqual([
      ['a', '1', 'two'],
      ['b', '2', 'two'],
      ['d', '1', 'two'],
    ])
  })

  it('A07 A08 A10 is called once for each of many objects, in partitions, where it tells the columns itself', async () => {
    const state = join(log.path, 'many.json')
    const calls = join(log.path, 'many-calls')
    await connections.write(
      'many/connection.ts',
      `
      import { appendFileSync, readFileSync } from 'node:fs'
      export const context = () => ({})
      export function* listObjects(_context, prefix) {
        const all = Object.entries(JSON.parse(readFileSync(${JSON.stringify(state)}, 'utf8')))
        if (prefix === null) yield { name: 'below', fingerprint: '', isPrefix: true }
        else for (const [name, fingerprint] of all) yield { name, fingerprint, isPrefix: false }
      }
      export function* readRows(_context, { name, fingerprint }) {
        appendFileSync(${JSON.stringify(calls)}, name + '\\n')
        if (fingerprint !== 'none') yield { name, fingerprint }
      }
      export const inferSchema = () => ({ fingerprint: 'utf8', name: 'utf8' })`,
    )
    const config = { connection: 'many', codeInterface: 'rows', fingerprintStrategy: 'content' }
    const open = async () => (await connections.open(config)) as OpenSource
    world = { ...disk, sources: realSources(connections.kind, open, config) }
    const selection = { schema: { name: 'utf8' } }
    await saveDatasource(world, realDatasource('custom', { selection, strategy: { kind: 'objects' } }))
    const run = async (objects: Record<string, string>) => {
      await writeFile(state, JSON.stringify(objects))
      await writeFile(calls, '')
      const { outcome, cause, record } = await takeOne(world)
      expect(outcome, String(cause)).toBe('done')
      const called = (await readFile(calls, 'utf8')).split('\n').filter(Boolean)
      const { entries } = await world.catalog.list(partitionsOf({ snapshot: record.id, attempt: 1 }), { limit: 100 })
      return { called: called.sort(), partitions: entries.length }
    }
    const all = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`object ${n}`, '1']))
    const names = Object.keys(all).sort()
    expect(await run(all)).toEqual({ called: names, partitions: 3 })
    const others: Record<string, string> = { ...all, 'object 3': '2', 'object 4': 'none', another: '1' }
    delete others['object 7']
    expect(await run(others)).toEqual({ called: ['another', 'object 3', 'object 4'], partitions: 1 })
    const rows = Object.entries(others).filter(([, fingerprint]) => fingerprint !== 'none')
    expect(await rowsOf(world)).toEqual(sorted(rows))
    // none of them are a version with columns, and the same once more
    expect(await run({})).toEqual({ called: [], partitions: 1 })
    expect((await openVersion(world, 'numbers')).parts).toHaveLength(1)
    const before = await listKeys(world)
    expect(await run({})).toEqual({ called: [], partitions: 0 })
    expect(await listKeys(world)).toHaveLength(before.length + 1)
    expect(await run({ 'object 1': '1' })).toEqual({ called: ['object 1'], partitions: 1 })
    expect(await rowsOf(world)).toEqual([['object 1', '1']])
  })
})
