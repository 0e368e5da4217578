import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLocalRuns, type LocalRuns } from '../../local/runs.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { isEnded, type SnapshotRecord } from '../../shared/domain/snapshot.ts'
import { claimSnapshot } from '../../shared/snapshots/claim-snapshot.ts'
import { steadyPace } from '../../shared/snapshots/pace.ts'
import { findSnapshot } from '../../shared/snapshots/run-record.ts'
import { gate } from '../snapshots/lab-world.ts'
import { type LabPlatform, labPlatform } from '../usecases/lab-platform.ts'

let platform: LabPlatform
let runs: LocalRuns
const logged: Readonly<Record<string, unknown>>[] = []

beforeEach(async () => {
  platform = await labPlatform()
  await platform.define()
  // Asked for, and taken by nobody: as if the process had ended just then.
  platform.world.runs.start = async () => {}
  logged.length = 0
  runs = createLocalRuns(platform.world, (line) => logged.push(line))
})
afterEach(async () => {
  await runs.stop()
  await platform.dispose()
})

const ask = async (): Promise<string> =>
  (await platform.call('createSnapshot', { params: { name: 'numbers' } })).body.id
const record = async (id: string) => (await findSnapshot(platform.world, id)).value
const until = async (id: string, is: (record: SnapshotRecord) => boolean) => {
  for (let tries = 0; tries < 600; tries++) {
    const found = await record(id)
    if (is(found)) return found
    await sleep(50)
  }
  throw new Error(`${id} is ${JSON.stringify(await record(id))}`)
}

describe('runs in this process', () => {
  it('take a snapshot once, however often it is asked for', async () => {
    const id = await ask()
    await Promise.all([runs.start(id), runs.start(id), runs.start(id)])
    expect(await until(id, ({ state }) => isEnded(state))).toMatchObject({ state: 'done', attempt: 1, version: 1 })
    await runs.start(id)
    await runs.stop()
    expect(await record(id)).toMatchObject({ state: 'done', attempt: 1, version: 1 })
  })

  it('take two at once and let others wait their turn', async () => {
    const hold = gate()
    platform.lab.beforeBatch = () => hold.opened
    const ids = [await ask(), await ask(), await ask()]
    for (const id of ids) await runs.start(id)
    await until(ids[1]!, ({ state }) => state === 'running')
    await sleep(200)
    expect((await record(ids[2]!)).state).toBe('pending')
    hold.open()
    for (const id of ids) expect((await until(id, ({ state }) => isEnded(state))).state).toBe('done')
  })

  it('give back what is under way when they stop, and take it up at the next start', async () => {
    platform.lab.beforeBatch = (_batch, signal) => sleep(60_000, undefined, { signal })
    const id = await ask()
    await runs.start(id)
    await until(id, ({ phase }) => phase === 'extracting')
    await runs.stop()
    expect(await record(id)).toMatchObject({ state: 'pending', heartbeat: null })
    platform.lab.beforeBatch = async () => {}
    runs = createLocalRuns(platform.world, () => {})
    await runs.resume()
    expect(await until(id, ({ state }) => isEnded(state))).toMatchObject({ state: 'done', attempt: 2 })
  })

  it('take up what a process left that died, once it counts as dead', async () => {
    const id = await ask()
    const earlier = { ...steadyPace, clock: { ...steadyPace.clock, now: () => Date.now() - steadyPace.staleMs + 2500 } }
    await claimSnapshot(platform.world, id, earlier)
    await runs.resume()
    expect((await record(id)).state).toBe('running')
    expect(await until(id, ({ state }) => isEnded(state))).toMatchObject({ state: 'done', attempt: 2 })
  })

  it('log what failed with its cause', async () => {
    platform.lab.beforeBatch = async () => {
      throw new Fault('source-failed', 'It broke.')
    }
    const id = await ask()
    await runs.start(id)
    await until(id, ({ state }) => state === 'failed')
    await runs.stop()
    expect(logged).toMatchObject([{ snapshot: id, code: 'source-failed', cause: { detail: 'It broke.' } }])
  })
})
