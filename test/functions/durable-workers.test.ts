import { type DurableContext, withDurableExecution } from '@aws/durable-execution-sdk-js'
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing'
import type { Handler } from 'aws-lambda'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { durableWorkers, keep } from '../../functions/durable-workers.ts'
import { Fault } from '../../shared/domain/faults.ts'
import type { HoldingWork, PartitionWork } from '../../shared/domain/work.ts'
import { datasources } from '../../shared/ports/dataset-records.ts'
import { partitionsOf } from '../../shared/ports/work-records.ts'
import { conductSnapshot } from '../../shared/snapshots/conduct-snapshot.ts'
import { holdView } from '../../shared/snapshots/hold-view.ts'
import { type Pace, steadyPace } from '../../shared/snapshots/pace.ts'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { findSnapshot } from '../../shared/snapshots/run-record.ts'
import { sweepAttempts } from '../../shared/snapshots/sweep-attempts.ts'
import { workAtPartition } from '../../shared/snapshots/work-at-partition.ts'
import { type Lab, labSchema, labSources, loseViews, newLab } from '../snapshots/lab-source.ts'
import { askGroup, askSnapshot, listKeys, readNumbers, saveDatasource } from '../snapshots/lab-world.ts'
import { randomOf } from '../snapshots/simulation.ts'
import { localWorld } from '../support/world.ts'

const never = new AbortController().signal
const pace: Pace = { ...steadyPace, heartbeatMs: 20, staleMs: 2000, leaseMs: 2000 }

beforeAll(() => LocalDurableTestRunner.setupTestEnvironment({ skipTime: false }))
afterAll(() => LocalDurableTestRunner.teardownTestEnvironment())

let disk: Awaited<ReturnType<typeof localWorld>>
let lab: Lab
let world: Pick<typeof disk, 'catalog' | 'objects'> & { sources: ReturnType<typeof labSources> }
const holding: Promise<void>[] = []
const left: Promise<unknown>[] = []

beforeEach(async () => {
  disk = await localWorld()
  lab = Object.assign(newLab(40), { shares: 5 })
  world = { catalog: disk.catalog, objects: disk.objects, sources: labSources(lab) }
  await saveDatasource(world)
})
afterEach(async () => {
  await Promise.all(holding.splice(0))
  await disk.dispose()
})

interface Spoiling {
  /** Before a partition is worked at: what it throws ends the worker. */
  readonly onExtract?: (work: PartitionWork) => Promise<void>
  /** Beside it: what it throws is the worker's end for who waits, but what the worker does goes on. */
  readonly whileExtracting?: (work: PartitionWork) => Promise<never>
  /** What ends the time of who works at a partition. */
  readonly late?: (work: PartitionWork) => AbortSignal | undefined
  /** How long a holder lives before it has itself relieved. */
  readonly holderMs?: number
  /** The snapshot that is taken, or one of a group. */
  readonly id?: string
}

/** Takes a snapshot by AWS's own runner of durable functions: partitions are functions, and so is the holder. */
async function take({ onExtract, whileExtracting, holderMs = 60_000, ...of }: Spoiling = {}) {
  const id = of.id ?? (await askSnapshot(world))
  const began: PartitionWork[] = []
  const holders: HoldingWork[] = []
  const hold = async (work: HoldingWork) => {
    holders.push(work)
    const relief = { due: AbortSignal.timeout(holderMs), start: hold }
    holding.push(holdView(world, work, { signal: never, pace, relief }))
  }
  const work = { hold, extractor: 'extractPartition:$LATEST' }
  const conductor = withDurableExecution(async (_event: unknown, context: DurableContext) => {
    const { outcome } = await conductSnapshot(
      world,
      durableWorkers(context, work, () => 20_000),
      id,
      pace,
    )
    return outcome
  })
  const extract: Handler = async (event: PartitionWork) => {
    began.push(event)
    await onExtract?.(event)
    const late = of.late?.(event)
    const done = keep(() => workAtPartition(world, event, { signal: late ?? never, pace, ...(late && { late }) }))
    left.push(done)
    return await Promise.race([done, ...(whileExtracting ? [whileExtracting(event)] : [])])
  }
  const runner = new LocalDurableTestRunner<string>({ handlerFunction: conductor })
  runner.registerFunction('extractPartition:$LATEST', extract)
  const execution = await runner.run({ payload: { snapshotId: id } })
  const record = (await findSnapshot(world, id)).value
  return { id, outcome: execution.getResult(), record, began, holders }
}

describe('a snapshot conducted by a durable function', () => {
  it('has each partition extracted once, by functions, and publishes', async () => {
    const { outcome, began, holders, record } = await take()
    expect(outcome).toBe('done')
    expect(began.map(({ partition }) => partition).sort()).toEqual([0, 1, 2, 3, 4])
    expect(holders).toHaveLength(1)
    expect(record).toMatchObject({ state: 'done', attempt: 1, version: 1, rows: 40 })
    expect(await openVersion(world, 'numbers')).toMatchObject({ consistency: 'snapshot' })
    expect((await readNumbers(world)).toSorted((a, b) => a - b)).toEqual(lab.numbers)
  })

  it('has only those partitions extracted again whose workers died', async () => {
    const { outcome, began, record } = await take({
      async onExtract({ partition, time }) {
        if (partition % 2 === 1 && time === 1) throw new Error('The worker was killed.')
      },
    })
    expect([outcome, record.attempt]).toEqual(['done', 1])
    expect(began.map(({ partition, time }) => `${partition}.${time}`).sort()).toEqual([
      '0.1',
      '1.1',
      '1.2',
      '2.1',
      '3.1',
      '3.2',
      '4.1',
    ])
    expect(await readNumbers(world)).toHaveLength(40)
  })

  it('hands its moment on from holder to holder, and begins no other', async () => {
    lab.beforeBatch = async () => {
      lab.numbers = lab.numbers.map((n) => n + 1)
      await new Promise((resolve) => setTimeout(resolve, 120))
    }
    const before = [...lab.numbers]
    const { outcome, record, holders } = await take({ holderMs: 100 })
    expect([outcome, record.attempt]).toEqual(['done', 1])
    expect(holders.length).toBeGreaterThan(2)
    expect((await readNumbers(world)).toSorted((a, b) => a - b)).toEqual(before)
  })

  it('ends whole where workers are given up in the middle, at random, while they still go on', async () => {
    const random = randomOf(7)
    lab.shares = 12
    lab.numbers = Array.from({ length: 120 }, (_, n) => n)
    lab.beforeBatch = async () => {
      lab.numbers = lab.numbers.map((n) => n + 1)
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
    const before = [...lab.numbers]
    const givenUp = new Set<string>()
    const { outcome, record, began, holders } = await take({
      holderMs: 200,
      async whileExtracting({ partition, time }) {
        if (time > 2 || random() < 0.5) return await new Promise(() => {})
        await new Promise((resolve) => setTimeout(resolve, random() * 40))
        givenUp.add(`${partition}.${time}`)
        throw new Error('The worker has lived for as long as it may.')
      },
    })
    expect([outcome, record.attempt, record.rows]).toEqual(['done', 1, before.length])
    expect(holders.length).toBeGreaterThan(1)
    expect(givenUp.size).toBeGreaterThan(3)
    for (const { partition, time } of began) if (time > 1) expect(givenUp).toContain(`${partition}.${time - 1}`)
    expect((await readNumbers(world)).toSorted((a, b) => a - b)).toEqual(before)
    await Promise.allSettled(left.splice(0))
    await sweepAttempts(world, { olderThanMs: 0 })
    expect(await listKeys(world)).toHaveLength((await openVersion(world, 'numbers')).parts.length + 1)
  })

  it('begins anew where the moment is lost, and mixes nothing', async () => {
    let isLost = false
    const { outcome, record, id } = await take({
      async onExtract({ partition, claim }) {
        if (partition !== 2 || isLost) return
        isLost = true
        lab.numbers = lab.numbers.map((n) => n + 1000)
        loseViews()
        expect((await world.catalog.list(partitionsOf(claim), { limit: 10 })).entries.length).toBeGreaterThan(0)
      },
    })
    expect([outcome, record.attempt]).toEqual(['done', 2])
    expect((await readNumbers(world)).toSorted((a, b) => a - b)).toEqual(lab.numbers)
    expect((await listKeys(world)).some((key) => key.includes(`${id}-1/`))).toBe(true)
    await sweepAttempts(world, { olderThanMs: 0 })
    expect(await listKeys(world)).toHaveLength((await openVersion(world, 'numbers')).parts.length + 1)
  })

  it('ends as failed with the cause where a partition fails each time', async () => {
    const { outcome, record, began } = await take({
      async onExtract({ partition }) {
        if (partition === 3) throw new Error('The worker was killed.')
      },
    })
    expect([outcome, record.state, record.error?.code]).toEqual(['failed', 'failed', 'busy'])
    expect(began.filter(({ partition }) => partition === 3)).toHaveLength(pace.tries)
  })

  it('ends as failed at once where trying again is no use', async () => {
    lab.beforeBatch = async () => {
      throw new Fault('value-not-representable', 'Row 1 holds what cannot be carried.')
    }
    const { outcome, record } = await take()
    expect([outcome, record.error]).toEqual([
      'failed',
      { code: 'value-not-representable', detail: 'Row 1 holds what cannot be carried.', hint: null },
    ])
  })
})

describe('an increment conducted by a durable function', () => {
  const strategy = { kind: 'incremental', mode: 'merge', deletes: false, fullEvery: 100 } as const
  beforeEach(async () => {
    const { value, revision } = (await world.catalog.get(datasources, 'numbers'))!
    await world.catalog.write([{ replace: datasources, id: 'numbers', value: { ...value, strategy }, revision }])
  })

  const begun = (began: readonly PartitionWork[]) =>
    began.map(({ claim, partition, time }) => `${claim.attempt}.${partition}.${time}`).sort()
  /** That the newest version has the source's numbers, and one sweep leaves only what it names or `earlier` ones do. */
  const checkVersion = async (earlier: number) => {
    expect((await readNumbers(world)).toSorted((a, b) => a - b)).toEqual(lab.numbers)
    const manifest = await openVersion(world, 'numbers')
    const named = new Set(manifest.parts.map(({ key }) => key))
    for (let version = 1; version <= earlier; version++)
      for (const { key } of (await openVersion(world, 'numbers', { version })).parts) named.add(key)
    await sweepAttempts(world, { olderThanMs: 0 })
    expect((await listKeys(world)).filter((key) => !key.includes('/manifest-')).toSorted()).toEqual([...named].sort())
    return manifest
  }

  it('begins with partitions of one moment, extracts again only those whose workers died, and goes on', async () => {
    const first = await take({
      async onExtract({ partition, time }) {
        if (partition > 2 && time === 1) throw new Error('The worker has lived for as long as it may.')
      },
    })
    expect([first.outcome, first.record.attempt, first.holders.length]).toEqual(['done', 1, 1])
    expect(begun(first.began)).toEqual(['1.0.1', '1.1.1', '1.2.1', '1.3.1', '1.3.2', '1.4.1', '1.4.2'])
    expect(await checkVersion(0)).toMatchObject({ consistency: 'snapshot', rows: 40, increment: { since: null } })
    lab.numbers.push(40, 41)
    const second = await take()
    expect([second.outcome, second.record.full, begun(second.began)]).toEqual(['done', false, ['1.0.1']])
    expect(await checkVersion(1)).toMatchObject({ increment: { since: 1, count: 1 } })
  })

  it('is read by partitions, all of it, where two workers had too little time for what is new', async () => {
    await take()
    lab.numbers.push(40, 41)
    const { outcome, record, began } = await take({
      late: ({ claim }) => {
        if (claim.attempt > 1) return undefined
        return AbortSignal.abort(new Fault('source-timeout', 'The worker has lived for as long as it may.'))
      },
    })
    expect([outcome, record.attempt, record.full]).toEqual(['done', 2, true])
    expect(begun(began)).toEqual(['1.0.1', '1.0.2', '2.0.1', '2.1.1', '2.2.1', '2.3.1', '2.4.1'])
    expect(await checkVersion(1)).toMatchObject({ increment: { since: null, count: 0 } })
  })

  it('gives up one attempt where it cannot go on, and reads everything by partitions in the next', async () => {
    await take()
    lab.schema = [labSchema[0]!, { ...labSchema[1]!, name: 'note' }]
    const { outcome, record, began } = await take()
    expect([outcome, record.attempt, record.full]).toEqual(['done', 2, true])
    expect(begun(began)).toEqual(['1.0.1', '2.0.1', '2.1.1', '2.2.1', '2.3.1', '2.4.1'])
    expect(record.progress).toMatchObject({ partitions: 5, expected: 40 })
    expect(await checkVersion(1)).toMatchObject({ increment: { since: null, count: 0 } })
  })
})

describe('a group conducted by a durable function', () => {
  const names = ['numbers', 'others', 'thirds']
  const sorted = async (name: string) => (await readNumbers(world, {}, name)).toSorted((a, b) => a - b)
  const changeWhileRead = () => {
    lab.beforeBatch = async () => {
      lab.numbers = lab.numbers.map((n) => n + 1)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  it('reads one moment, which is handed on for all, and is published at once', async () => {
    const { id, snapshots } = await askGroup(world, names)
    const before = [...lab.numbers]
    changeWhileRead()
    // any of them has all taken
    const { outcome, holders, began } = await take({ id: snapshots[1]!.id, holderMs: 150 })
    expect([outcome, began.length]).toEqual(['done', 15])
    expect(holders.length).toBeGreaterThan(1)
    for (const name of names) {
      expect(await sorted(name)).toEqual(before)
      expect((await openVersion(world, name)).group).toMatchObject({ id, snapshots: snapshots.map(({ id }) => id) })
    }
  })

  it('begins anew as a whole where the moment is lost while one is read', async () => {
    const { snapshots } = await askGroup(world, names)
    let isLost = false
    const { outcome } = await take({
      id: snapshots[0]!.id,
      async onExtract({ claim }) {
        if (claim.snapshot !== snapshots[2]!.id || isLost) return
        isLost = true
        lab.numbers = lab.numbers.map((n) => n + 1000)
        loseViews()
      },
    })
    expect([outcome, isLost]).toEqual(['done', true])
    for (const [i, name] of names.entries()) {
      expect((await findSnapshot(world, snapshots[i]!.id)).value).toMatchObject({ attempt: 2, version: 1 })
      expect(await sorted(name)).toEqual(lab.numbers)
    }
  })

  it('publishes nothing where one of them fails, and all tell which', async () => {
    const { snapshots } = await askGroup(world, names)
    const { outcome } = await take({
      id: snapshots[0]!.id,
      async onExtract({ claim, partition }) {
        if (claim.snapshot === snapshots[1]!.id && partition === 4) throw new Error('The worker was killed.')
      },
    })
    expect(outcome).toBe('failed')
    for (const { id } of snapshots)
      expect((await findSnapshot(world, id)).value).toMatchObject({
        state: 'failed',
        error: { code: 'busy', detail: 'others: The worker at a partition died.' },
      })
    await sweepAttempts(world, { olderThanMs: 0 })
    expect(await listKeys(world)).toEqual([])
  })
})
