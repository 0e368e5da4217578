import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { awsCatalog } from '../../shared/adapters/aws/catalog.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { snapshotsOf } from '../../shared/ports/dataset-records.ts'
import { partitionsOf, plansOf } from '../../shared/ports/work-records.ts'
import { claimSnapshot } from '../../shared/snapshots/claim-snapshot.ts'
import { conductSnapshot } from '../../shared/snapshots/conduct-snapshot.ts'
import { type Pace, steadyPace } from '../../shared/snapshots/pace.ts'
import { objectsIn } from '../../shared/snapshots/plan-objects.ts'
import { findPlan, fixPlan } from '../../shared/snapshots/plan-snapshot.ts'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { sweepAttempts } from '../../shared/snapshots/sweep-attempts.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { verifyVersion } from '../../shared/snapshots/verify-version.ts'
import { workAtPartition } from '../../shared/snapshots/work-at-partition.ts'
import { dynamoClient, makeTable } from '../support/aws.ts'
import { dynoxide } from '../support/dynoxide.ts'
import { describeOn } from '../support/emulator.ts'
import type { Running } from '../support/process.ts'
import { localWorld } from '../support/world.ts'
import { askSnapshot, type LabWorld, listKeys } from './lab-world.ts'
import { rowsOf, takeOne } from './real-source.ts'
import { csv, newShelf, type Shelf, saveShelf, shown } from './shelf.ts'
import { fillShelf, readInProcess } from './shelf-process.ts'

const never = new AbortController().signal
const pace: Pace = { ...steadyPace, heartbeatMs: 50, staleMs: 250, leaseMs: 400 }

/** So large that two fill a partition. */
const half = 250 * 1024 * 1024

let disk: Awaited<ReturnType<typeof localWorld>>
let source: Shelf
let world: LabWorld
beforeEach(async () => {
  disk = await localWorld()
  source = newShelf(half)
  world = { ...disk, sources: source.sources }
})
afterEach(() => disk.dispose())

const take = async () => {
  source.read.length = 0
  const { outcome, cause, record } = await takeOne(world, {}, pace)
  expect(outcome, String(cause)).toBe('done')
  return { read: source.read.slice().sort(), record }
}
const partitionsIn = async (id: string, attempt = 1) =>
  (await world.catalog.list(partitionsOf({ snapshot: id, attempt }), { limit: 1000 })).entries

describe('objects, in several partitions', () => {
  it('A09 A10 are read once where they are new or changed, shared where not, and gone where they vanished', async () => {
    await saveShelf(world)
    for (let n = 10; n < 20; n++) source.put(`${n}.csv`, csv(n))
    const first = await take()
    expect(await partitionsIn(first.record.id)).toHaveLength(5)
    expect(await rowsOf(world)).toEqual(shown(10, 11, 12, 13, 14, 15, 16, 17, 18, 19))
    for (const n of [11, 14, 19]) source.put(`${n}.csv`, csv(n, n + 100))
    source.put('09.csv', csv())
    source.put('155.csv', csv(155))
    for (const n of [10, 17]) source.files.delete(`${n}.csv`)
    const { read, record } = await take()
    expect(read).toEqual(['09.csv', '11.csv', '14.csv', '155.csv', '19.csv'])
    expect(await partitionsIn(record.id)).toHaveLength(3)
    expect(await rowsOf(world)).toEqual(shown(11, 111, 12, 13, 14, 114, 15, 155, 16, 18, 19, 119))
    const { parts } = await openVersion(world, 'numbers')
    expect(parts.map(({ object }) => object)).toEqual([...source.files.keys()].sort())
    const before = await listKeys(world)
    expect((await take()).read).toEqual([])
    expect(await listKeys(world)).toHaveLength(before.length + 1)
    await sweepAttempts(world, { olderThanMs: 0, now: Date.now() + 1000 })
    expect(await verifyVersion(world, await openVersion(world, 'numbers'), never)).toMatchObject({ problems: [] })
  })

  it('are read as they are when they are read, though they change or vanish after they were listed', async () => {
    await saveShelf(world)
    for (let n = 1; n <= 8; n++) source.put(`${n}.csv`, csv(n))
    source.onRead = () => {
      // the columns were told by three that were read
      if (source.read.length !== 4) return
      source.put('8.csv', csv(80))
      for (const n of [5, 6, 7]) source.files.delete(`${n}.csv`)
    }
    expect((await take()).record.attempt).toBe(1)
    expect(await rowsOf(world)).toEqual(shown(1, 2, 3, 4, 80))
    // what they were known by is what they were when they were read
    expect((await take()).read).toEqual([])
  })

  it('fail where one is another each time, and where all are gone', async () => {
    await saveShelf(world)
    source.put('1.csv', csv(1))
    source.onRead = (key) => {
      source.put(key, csv(2))
      throw new Fault('source-changed', 'It changed while it was read.')
    }
    expect((await takeOne(world, {}, pace)).record.error).toMatchObject({ code: 'source-changed' })
    source.onRead = (key) => void source.files.delete(key)
    expect((await takeOne(world, {}, pace)).record.error).toMatchObject({ code: 'not-found' })
  })

  it('are all read by columns told anew where one has others, by another attempt, partition by partition', async () => {
    await saveShelf(world)
    for (let n = 1; n <= 6; n++) source.put(`${n}.csv`, csv(n))
    await take()
    for (let n = 1; n <= 6; n++) source.put(`${n}.csv`, `n,text,more\n${n},text ${n},x\n`)
    const { record } = await take()
    expect(record).toMatchObject({ attempt: 2, rows: 6 })
    expect(await partitionsIn(record.id, 2)).toHaveLength(3)
    const { columns } = await openVersion(world, 'numbers')
    expect(columns.map(({ name }) => name)).toEqual(['n', 'text', 'more'])
    // once they are read there is nothing to be given up: nothing fits what is not the same
    source.put('3.csv', csv(3))
    const { record: failed } = await takeOne(world, {}, pace)
    expect([failed.attempt, failed.error?.code]).toEqual([2, 'value-not-representable'])
    expect(await rowsOf(world)).toHaveLength(6)
  })

  it('are right in both of two snapshots at once', async () => {
    await saveShelf(world)
    for (let n = 1; n <= 6; n++) source.put(`${n}.csv`, csv(n))
    await take()
    for (const n of [2, 5]) source.put(`${n}.csv`, csv(n * 10))
    const both = await Promise.all([takeOne(world, {}, pace), takeOne(world, {}, pace)])
    expect(both.map(({ record }) => record.version).sort()).toEqual([2, 3])
    for (const version of [2, 3]) expect(await rowsOf(world, { version })).toEqual(shown(1, 20, 3, 4, 50, 6))
  })

  it('are taken by workers that end before all are read', async () => {
    await saveShelf(world)
    for (let n = 10; n < 20; n++) source.put(`${n}.csv`, csv(n))
    let late = new AbortController()
    let reads = 0
    source.onRead = () => {
      if (++reads > 3) late.abort(new Fault('source-timeout', 'The worker has lived for as long as it may.'))
    }
    const { outcome, cause } = await conductSnapshot(
      world,
      {
        atOnce: 1,
        step: (_name, run) => run(never),
        async each(items, _atOnce, run) {
          for (const item of items) await run(this, item)
        },
        async extract(work) {
          late = new AbortController()
          reads = 0
          await workAtPartition(world, work, { signal: late.signal, pace })
        },
        hold: async () => {},
        wait: async () => {},
      },
      await askSnapshot(world),
      pace,
    )
    expect(outcome, String(cause)).toBe('done')
    expect(await rowsOf(world)).toHaveLength(10)
  })

  it('are read again only of the partitions at which a killed worker was', async () => {
    await saveShelf(world)
    const count = 24
    fillShelf(source, count)
    const id = await askSnapshot(world)
    const died = await readInProcess({ folder: disk.folder, id, count, dies: '15.csv' })
    expect(died.signal).toBe('SIGKILL')
    const done = (await partitionsIn(id)).filter(({ value }) => value.state === 'done').map(({ id }) => Number(id))
    expect(done.length).toBeGreaterThan(0)
    for (let tries = 0; tries < 100; tries++) {
      const { outcome } = await takeSnapshot(world, id, never, pace)
      if (outcome !== 'idle') break
      await pace.clock.sleep(50, never)
    }
    expect((await world.catalog.get(snapshotsOf('numbers'), id))!.value).toMatchObject({ state: 'done', attempt: 1 })
    const { partitions } = await findPlan(world, { snapshot: id, attempt: 1 })
    const left = partitions.filter((_, i) => !done.includes(i)).flatMap(objectsIn)
    // the columns were told before by some that were read
    expect(source.read.toSorted()).toEqual(left.map(({ name }) => name))
    expect(await rowsOf(world)).toHaveLength(count)
  })
})

const many = 20_000

/** What fits no record of the catalog, planned in one. */
async function planMany({ catalog }: Pick<LabWorld, 'catalog'>, strategy: 'full' | { kind: 'objects' }): Promise<void> {
  const shelf = newShelf()
  const at = { catalog, objects: disk.objects, sources: shelf.sources }
  const names = Array.from({ length: many }, (_, n) => `a folder of a long name/${String(n).padStart(6, '0')}.csv`)
  for (const name of names) shelf.put(name, csv(1))
  await saveShelf(at, { strategy, selection: { glob: '**/*.csv' } })
  const [claim] = (await claimSnapshot(at, await askSnapshot(at), pace))!
  const made = await fixPlan(at, claim, { pace, signal: never })
  const found = await findPlan(at, claim)
  expect(found.partitions).toEqual(made.partitions)
  expect(found.partitions).toHaveLength(100)
  if (strategy !== 'full') expect(found.partitions.flatMap(objectsIn).map(({ name }) => name)).toEqual(names)
  expect(JSON.stringify((await catalog.get(plansOf(claim), 'plan'))!.value).length).toBeLessThan(10_000)
}

describe('a plan of 20,000 files', () => {
  it('fits the catalog on disk', async () => {
    await planMany(disk, { kind: 'objects' })
  })
})

describeOn(dynoxide, 'a plan of 20,000 files', () => {
  let server: Running
  beforeAll(async () => {
    server = await dynoxide.start()
  }, 60_000)
  afterAll(() => server?.stop())

  it.each(['full', { kind: 'objects' }] as const)('fits the catalog of AWS: %j', async (strategy) => {
    const client = dynamoClient(server.endpoint)
    await planMany({ catalog: awsCatalog({ client, table: await makeTable(client) }) }, strategy)
    client.destroy()
  })
})
