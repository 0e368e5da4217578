import { beforeEach, describe, expect, it } from 'vitest'
import type { Part } from '../../shared/domain/snapshot.ts'
import { versionsOf } from '../../shared/ports/dataset-records.ts'
import { attemptOf, attemptPrefix, newSnapshotId } from '../../shared/snapshots/keys.ts'
import { steadyPace } from '../../shared/snapshots/pace.ts'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { removeVersion } from '../../shared/snapshots/remove-version.ts'
import { boundReuse } from '../../shared/snapshots/reuse-parts.ts'
import { findSnapshot } from '../../shared/snapshots/run-record.ts'
import { sweepAttempts } from '../../shared/snapshots/sweep-attempts.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { type Lab, labDatasource, labSources, newLab } from './lab-source.ts'
import { askSnapshot, listKeys, readNumbers, readText, saveDatasource } from './lab-world.ts'
import { memoryCatalog, memoryObjects } from './memory-ports.ts'

const never = new AbortController().signal

let lab: Lab
let world: ReturnType<typeof newWorld>

const newWorld = () => ({ catalog: memoryCatalog(), objects: memoryObjects(), sources: labSources(lab) })

beforeEach(() => {
  lab = newLab(10)
  world = newWorld()
})

describe('a datasource that reuses what has not changed', () => {
  let asked: number
  beforeEach(async () => {
    asked = 0
    lab.fingerprint = () => {
      asked++
      return lab.numbers.join()
    }
    await saveDatasource(world, { ...labDatasource(), reuseUnchanged: true })
  })

  const take = async (more: { full?: boolean } = {}) => {
    const id = await askSnapshot(world, more)
    const { outcome } = await takeSnapshot(world, id, never, { ...steadyPace, heartbeatMs: 5 })
    return [outcome, (await findSnapshot(world, id)).value.version, lab.extracted]
  }
  const partsOf = async (version: number) => (await openVersion(world, 'numbers', { version })).parts

  it('publishes the same parts once more, and reads and writes no data', async () => {
    expect(await take()).toEqual(['done', 1, 1])
    const before = await listKeys(world)
    expect(await take()).toEqual(['done', 2, 1])
    expect(await partsOf(2)).toEqual(await partsOf(1))
    const written = (await listKeys(world)).filter((key) => !before.includes(key))
    expect(written.map((key) => key.slice(key.lastIndexOf('/') + 1))).toEqual(['manifest-2.json'])
    expect((await world.catalog.get(versionsOf('numbers'), '0000000002'))!.value.reuses).toHaveLength(1)
  })

  it('asks for the fingerprint before and after a copy, and once where there is none to make', async () => {
    await take()
    expect(asked).toBe(2)
    await take()
    expect(asked).toBe(3)
  })

  it('reads all where something changed, where that is asked, and where it is copied otherwise', async () => {
    await take()
    lab.numbers.push(10)
    expect(await take()).toEqual(['done', 2, 2])
    expect(await take({ full: true })).toEqual(['done', 3, 3])
    lab.config = { host: 'another' }
    expect(await take()).toEqual(['done', 4, 4])
    expect(await take()).toEqual(['done', 5, 4])
    expect(await partsOf(5)).toEqual(await partsOf(4))
  })

  it('does not know a copy again during which something changed', async () => {
    lab.beforeBatch = async () => {
      lab.beforeBatch = async () => {}
      lab.numbers.push(10)
    }
    expect(await take()).toEqual(['done', 1, 1])
    expect((await openVersion(world, 'numbers')).fingerprint).toBeNull()
    expect(await take()).toEqual(['done', 2, 2])
  })

  it('keeps parts for as long as a version names them, whichever goes first', async () => {
    for (let n = 0; n < 3; n++) await take()
    await removeVersion(world, 'numbers', 1)
    await sweepAttempts(world, { olderThanMs: 0 })
    expect(await readNumbers(world)).toEqual(lab.numbers)
    await removeVersion(world, 'numbers', 3)
    expect(await readNumbers(world)).toEqual(lab.numbers)
    await removeVersion(world, 'numbers', 2)
    await sweepAttempts(world, { olderThanMs: 0 })
    expect(await listKeys(world)).toEqual([])
  })
})

describe('parts of more attempts than a record may name', () => {
  const { name } = labDatasource()
  const own = attemptPrefix(name, newSnapshotId(name), 1)

  /** A part of an attempt of its own, of so many bytes. */
  const part = async (bytes: number): Promise<Part> => {
    const key = `${attemptPrefix(name, newSnapshotId(name), 1)}part-00000.ndjson`
    await world.objects.put(key, Buffer.alloc(bytes, String(bytes % 10)))
    return { key, rows: 1, bytes, sha256: String(bytes) }
  }
  const parts = (count: number) => Promise.all(Array.from({ length: count }, (_, i) => part(i + 1)))
  const isOwn = ({ key }: Part) => attemptOf(key)!.prefix === own

  it('are shared as they are up to a hundred', async () => {
    const hundred = await parts(100)
    expect(await boundReuse(world, own, hundred)).toEqual({ moved: hundred, shared: true })
    const written = { ...hundred[0]!, key: `${own}part-00000.ndjson` }
    expect(await boundReuse(world, own, [written])).toEqual({ moved: [written], shared: false })
  })

  it('are copied but for those of the fifty attempts with the most bytes, in their order', async () => {
    const many = await parts(101)
    const { moved, shared } = await boundReuse(world, own, many)
    expect(shared).toBe(true)
    expect(moved.map(({ sha256, rows, bytes }) => [sha256, rows, bytes])).toEqual(
      many.map(({ sha256, rows, bytes }) => [sha256, rows, bytes]),
    )
    expect(moved.filter((each) => !isOwn(each))).toEqual(many.slice(51))
    const copied = moved.filter(isOwn)
    expect(new Set(copied.map(({ key }) => key)).size).toBe(51)
    for (const [i, { key }] of copied.entries())
      expect(await readText(world, key)).toBe(await readText(world, many[i]!.key))
    expect(await boundReuse(world, own, moved)).toEqual({ moved, shared: true })
  })

  it('count an attempt by all its parts', async () => {
    const [small, ...others] = await parts(4)
    const sibling = { ...small!, key: small!.key.replace('00000', '00001'), bytes: 100 }
    await world.objects.put(sibling.key, Buffer.alloc(100))
    const { moved } = await boundReuse(world, own, [small!, ...others, sibling], 3)
    expect(moved.map(isOwn)).toEqual([false, true, true, false, false])
  })
})
