import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '../../shared/domain/faults.ts'
import { snapshotsOf } from '../../shared/ports/dataset-records.ts'
import { type Pace, steadyPace } from '../../shared/snapshots/pace.ts'
import { findDataset, findVersion, openVersion } from '../../shared/snapshots/read-version.ts'
import { removeDataset, removeVersion } from '../../shared/snapshots/remove-version.ts'
import { requestCancel } from '../../shared/snapshots/request-cancel.ts'
import { sweepAttempts } from '../../shared/snapshots/sweep-attempts.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { localWorld } from '../support/world.ts'
import { type Lab, labSources, newLab } from './lab-source.ts'
import { askSnapshot, gate, type LabWorld, listKeys, readNumbers, readText, saveDatasource } from './lab-world.ts'

const never = new AbortController().signal
const quick: Pace = { ...steadyPace, heartbeatMs: 5 }

let lab: Lab
let world: LabWorld
let disk: Awaited<ReturnType<typeof localWorld>>

beforeEach(async () => {
  lab = newLab(10)
  disk = await localWorld()
  world = { catalog: disk.catalog, objects: disk.objects, sources: labSources(lab) }
  await saveDatasource(world)
})
afterEach(() => disk.dispose())

const take = async (pace: Pace = quick) => {
  const id = await askSnapshot(world)
  return { id, ...(await takeSnapshot(world, id, never, pace)) }
}
const recordOf = async (id: string) => (await world.catalog.get(snapshotsOf('numbers'), id))!.value

describe('a snapshot', () => {
  it('P12 holds the rows of its moment; a second one holds the new rows; both remain', async () => {
    await take()
    lab.numbers.push(10, 11)
    expect(await readNumbers(world)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    await take()
    expect(await readNumbers(world)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(await readNumbers(world, { version: 1 })).toHaveLength(10)
  })

  it('tells all of itself in its manifest, with hashes that are right', async () => {
    const { id } = await take()
    const manifest = await openVersion(world, 'numbers')
    expect(manifest).toMatchObject({
      manifest: 1,
      dataset: 'numbers',
      version: 1,
      snapshot: id,
      connector: 'lab',
      kind: 'lab',
      selection: { table: 'numbers' },
      format: 'ndjson',
      shape: 'rows',
      rows: 10,
      consistency: 'snapshot',
      requestedBy: 'test',
      columns: [
        { name: 'number', type: 'int64', nativeType: 'bigint', nullable: false },
        { name: 'text', type: 'utf8', nativeType: 'varchar(9)', nullable: true },
      ],
    })
    const [part] = manifest.parts
    expect(part!.key).toBe(`datasets/numbers/attempts/${id}-1/part-00000.ndjson`)
    const text = await readText(world, part!.key)
    expect(part).toMatchObject({ rows: 10, bytes: Buffer.byteLength(text) })
    expect(part!.sha256).toBe(createHash('sha256').update(text).digest('hex'))
  })

  it('begins another part where one has its size, and loses no row between them', async () => {
    lab = Object.assign(lab, { numbers: Array.from({ length: 50_000 }, (_, i) => i), batchRows: 1000 })
    await take({ ...quick, partBytes: 300_000 })
    const { parts } = await openVersion(world, 'numbers')
    expect(parts.length).toBeGreaterThan(2)
    expect(parts.map(({ key }) => key.slice(-17))).toEqual(parts.map((_, i) => `part-0000${i}.ndjson`))
    expect(await readNumbers(world)).toEqual(lab.numbers)
  })

  it('of no rows is a version with columns and one part without rows', async () => {
    lab.numbers = []
    expect((await take()).outcome).toBe('done')
    expect(await openVersion(world, 'numbers')).toMatchObject({ rows: 0, parts: [{ rows: 0 }] })
  })

  it('of files keeps them byte for byte, whatever their paths', async () => {
    const paths = ['a.csv', 'b/c d.csv', '../up', '.', 'ü/%2F', 'x'.repeat(700), '\ud800']
    lab.files = paths.map((path, i) => ({ path, text: `file ${i}\n` }))
    const { id } = await take()
    const { shape, parts, rows } = await openVersion(world, 'numbers')
    expect([shape, rows, parts.map(({ path }) => path)]).toEqual(['files', 0, paths])
    for (const [i, { key }] of parts.entries()) {
      expect(key.startsWith(`datasets/numbers/attempts/${id}-1/files/`)).toBe(true)
      expect(await readText(world, key)).toBe(`file ${i}\n`)
    }
  })

  it('P14 is pending, then running with its progress, then done', async () => {
    const id = await askSnapshot(world)
    expect((await recordOf(id)).state).toBe('pending')
    const third = gate()
    lab.beforeBatch = async (batch) => (batch === 2 ? await third.opened : undefined)
    const taking = takeSnapshot(world, id, never, quick)
    await expect.poll(async () => (await recordOf(id)).percent).toBe(80)
    expect(await recordOf(id)).toMatchObject({ state: 'running', phase: 'extracting', rows: 8, attempt: 1 })
    third.open()
    await taking
    expect(await recordOf(id)).toMatchObject({
      state: 'done',
      phase: 'ended',
      version: 1,
      rows: 10,
      percent: 100,
      heartbeat: null,
    })
  })

  it('P14 that fails says why, shows nothing, and leaves the versions before it', async () => {
    await take()
    lab.beforeBatch = async () => {
      throw new Fault('source-failed', 'The table is damaged.', { hint: 'Mend it.', cause: new Error('pa55word') })
    }
    const { id, outcome } = await take()
    expect(outcome).toBe('failed')
    expect(await recordOf(id)).toMatchObject({
      state: 'failed',
      version: null,
      error: { code: 'source-failed', detail: 'The table is damaged.', hint: 'Mend it.' },
    })
    expect((await findDataset(world, 'numbers')).value.latest).toBe(1)
    expect(lab.closed).toBe(lab.opened)
  })

  it('that breaks in a way nobody foresaw tells nothing of it', async () => {
    lab.beforeBatch = async () => {
      throw new Error('connect postgres://u:pa55word@h')
    }
    const { id } = await take()
    expect(JSON.stringify(await recordOf(id))).not.toContain('pa55word')
    expect((await recordOf(id)).error!.code).toBe('internal')
  })

  it('of a datasource that is gone fails with not-found', async () => {
    const id = await askSnapshot(world)
    await world.catalog.write([{ delete: { path: 'datasources', schema: {} as never }, id: 'numbers' }])
    await takeSnapshot(world, id, never, quick)
    expect((await recordOf(id)).error!.code).toBe('not-found')
  })

  it('is published though putting its manifest takes longer than several signs of life', async () => {
    const id = await askSnapshot(world)
    const { put } = world.objects
    const slow: typeof put = async (key, ...more) => {
      if (key.includes('/manifest-')) await new Promise((resolve) => setTimeout(resolve, 60))
      return put(key, ...more)
    }
    const slowly = { ...world, objects: { ...world.objects, put: slow } }
    expect(await takeSnapshot(slowly, id, never, { ...quick, heartbeatMs: 20 })).toEqual({ outcome: 'done' })
  })

  it('that is started twice is taken once', async () => {
    const id = await askSnapshot(world)
    const outcomes = await Promise.all([takeSnapshot(world, id, never, quick), takeSnapshot(world, id, never, quick)])
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['done', 'idle'])
    expect((await takeSnapshot(world, id, never, quick)).outcome).toBe('idle')
    expect((await findDataset(world, 'numbers')).value.highest).toBe(1)
  })
})

describe('cancelling', () => {
  it('ends a running snapshot, at the source too', async () => {
    const id = await askSnapshot(world)
    let seen: AbortSignal | undefined
    lab.beforeBatch = (_batch, signal) =>
      new Promise((_resolve, reject) => {
        seen = signal
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    const taking = takeSnapshot(world, id, never, quick)
    await expect.poll(() => seen).toBeDefined()
    await requestCancel(world, id)
    expect((await taking).outcome).toBe('cancelled')
    expect(seen!.aborted).toBe(true)
    expect(await recordOf(id)).toMatchObject({ state: 'cancelled', version: null })
    expect(lab.closed).toBe(lab.opened)
  })

  it('ends one that waits at once, and a start that comes later does nothing', async () => {
    const id = await askSnapshot(world)
    expect((await requestCancel(world, id)).value.state).toBe('cancelled')
    expect((await takeSnapshot(world, id, never, quick)).outcome).toBe('idle')
    expect(lab.opened).toBe(0)
  })

  it('of one that is done is refused', async () => {
    const { id } = await take()
    await expect(requestCancel(world, id)).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a worker that dies', () => {
  /** Begins a snapshot whose worker writes one part and is then heard of no more. */
  const die = async () => {
    const id = await askSnapshot(world)
    lab = Object.assign(lab, { numbers: Array.from({ length: 20 }, (_, i) => i) })
    const second = gate()
    lab.beforeBatch = async (batch) => {
      if (batch === 2) {
        second.open()
        await new Promise(() => {})
      }
    }
    let dead = false
    const forever = new Promise<never>(() => {})
    const dying: LabWorld = {
      ...world,
      catalog: {
        ...world.catalog,
        get: (...of) => (dead ? forever : world.catalog.get(...of)),
        write: (...of) => (dead ? forever : world.catalog.write(...of)),
      },
    }
    void takeSnapshot(dying, id, never, { ...quick, partBytes: 1 })
    await second.opened
    dead = true
    lab.beforeBatch = async () => {}
    return id
  }
  const impatient: Pace = { ...quick, staleMs: 0 }

  it('leaves nothing to see, and the next one converges', async () => {
    const id = await die()
    await expect(openVersion(world, 'numbers')).rejects.toMatchObject({ code: 'not-found' })
    expect((await takeSnapshot(world, id, never, quick)).outcome).toBe('idle')
    expect((await takeSnapshot(world, id, never, impatient)).outcome).toBe('done')
    expect(await readNumbers(world)).toHaveLength(20)
    expect(await recordOf(id)).toMatchObject({ state: 'done', attempt: 2 })
  })

  it('leaves parts that a sweep removes, and nothing else', async () => {
    const id = await die()
    const orphans = await listKeys(world, `datasets/numbers/attempts/${id}-1/`)
    expect(orphans.length).toBeGreaterThan(0)
    expect(await sweepAttempts(world, { olderThanMs: 0 })).toEqual({ deleted: 0 })
    await takeSnapshot(world, id, never, impatient)
    expect(await sweepAttempts(world, { olderThanMs: 60_000 })).toEqual({ deleted: 0 })
    expect(await sweepAttempts(world, { olderThanMs: 0 })).toEqual({ deleted: orphans.length })
    expect(await listKeys(world)).toHaveLength((await openVersion(world, 'numbers')).parts.length + 1)
    expect(await readNumbers(world)).toHaveLength(20)
  })

  it('again and again is given up', async () => {
    const id = await askSnapshot(world)
    lab.beforeBatch = () => new Promise(() => {})
    for (let n = 1; n <= 2; n++) {
      void takeSnapshot(world, id, never, { ...steadyPace, attempts: 2, staleMs: 0 })
      await expect.poll(async () => (await recordOf(id)).attempt).toBe(n)
    }
    await takeSnapshot(world, id, never, { ...quick, attempts: 2, staleMs: 0 })
    expect(await recordOf(id)).toMatchObject({ state: 'failed', error: { code: 'internal' } })
  })

  it('only for a while stops as soon as it sees that another is at it', async () => {
    const id = await askSnapshot(world)
    const [held, hold] = [gate(), gate()]
    lab.beforeBatch = async (batch) => {
      if (batch === 0) return
      held.open()
      await hold.opened
    }
    const slow = takeSnapshot(world, id, never, { ...quick, heartbeatMs: 3_600_000 })
    await held.opened
    lab.beforeBatch = async () => {}
    expect(await takeSnapshot(world, id, never, impatient)).toEqual({ outcome: 'done' })
    hold.open()
    expect((await slow).outcome).toBe('lost')
    expect((await findDataset(world, 'numbers')).value.highest).toBe(1)
  })

  it('on request gives the snapshot back for the next start', async () => {
    const id = await askSnapshot(world)
    const stop = new AbortController()
    lab.beforeBatch = async () => stop.abort()
    expect((await takeSnapshot(world, id, stop.signal, quick)).outcome).toBe('released')
    expect(await recordOf(id)).toMatchObject({ state: 'pending', heartbeat: null })
    lab.beforeBatch = async () => {}
    expect((await takeSnapshot(world, id, never, quick)).outcome).toBe('done')
  })
})

describe('deleting', () => {
  it('a version takes its record and its objects, and the pointer to the newest one left', async () => {
    await take()
    await take()
    await removeVersion(world, 'numbers', 2)
    expect((await findDataset(world, 'numbers')).value).toMatchObject({ latest: 1, highest: 2 })
    await expect(findVersion(world, 'numbers', { version: 2 })).rejects.toMatchObject({ code: 'not-found' })
    expect(await listKeys(world)).toHaveLength(2)
    await take()
    expect((await findDataset(world, 'numbers')).value).toMatchObject({ latest: 3, highest: 3 })
  })

  it('the last version leaves a dataset that says so', async () => {
    await take()
    await removeVersion(world, 'numbers', 1)
    await expect(openVersion(world, 'numbers')).rejects.toMatchObject({
      detail: 'Every version of numbers was deleted.',
    })
  })

  it('P17 a dataset removes its records and its content; the datasource remains', async () => {
    await take()
    await take()
    await removeDataset(world, 'numbers')
    await expect(findDataset(world, 'numbers')).rejects.toMatchObject({ code: 'not-found' })
    expect(await listKeys(world)).toEqual([])
    expect((await take()).outcome).toBe('done')
  })
})

it('A version is found by the instant at which it was the newest', async () => {
  const at = async (ms: number) => await take({ ...quick, clock: { ...quick.clock, now: () => ms } })
  await at(1_000_000)
  await at(2_000_000)
  const asOf = (ms: number) => findVersion(world, 'numbers', { asOf: new Date(ms).toISOString() })
  expect((await asOf(1_500_000)).value.version).toBe(1)
  expect((await asOf(2_000_000)).value.version).toBe(2)
  await expect(asOf(999_999)).rejects.toMatchObject({ code: 'not-found' })
})
