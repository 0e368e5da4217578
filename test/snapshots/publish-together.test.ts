import { beforeEach, describe, expect, it } from 'vitest'
import { snapshotsOf } from '../../shared/ports/dataset-records.ts'
import { claimSnapshot } from '../../shared/snapshots/claim-snapshot.ts'
import { type Extracted, extractPartition } from '../../shared/snapshots/extract-partition.ts'
import { steadyPace } from '../../shared/snapshots/pace.ts'
import { type Plan, planSnapshot } from '../../shared/snapshots/plan-snapshot.ts'
import { publishTogether } from '../../shared/snapshots/publish-together.ts'
import { findDataset, openVersion } from '../../shared/snapshots/read-version.ts'
import { requestCancel } from '../../shared/snapshots/request-cancel.ts'
import { changeRun } from '../../shared/snapshots/run-record.ts'
import { labSources, newLab } from './lab-source.ts'
import { askGroup, askSnapshot, type LabWorld, listKeys, readNumbers, saveDatasource } from './lab-world.ts'
import { memoryCatalog, memoryObjects } from './memory-ports.ts'

const { signal } = new AbortController()
const { clock } = steadyPace

let world: LabWorld

beforeEach(async () => {
  world = { catalog: memoryCatalog(), objects: memoryObjects(), sources: labSources(newLab(10)) }
  await saveDatasource(world)
})

/** What goes from one step to the next, as another machine would get it. */
const overTheWire = <T>(value: T): T => JSON.parse(JSON.stringify(value))

async function prepare(partitions = 1): Promise<{ plan: Plan; extracted: Extracted[] }> {
  const [claim] = (await claimSnapshot(world, await askSnapshot(world), { ...steadyPace, staleMs: 0 }))!
  const whole = await planSnapshot(world, overTheWire(claim), { pace: steadyPace, signal })
  const plan = overTheWire({ ...whole, partitions: Array.from({ length: partitions }, () => whole.partitions[0]!) })
  const extracted: Extracted[] = []
  const at = { signal, pace: steadyPace, tries: 1, onProgress: () => {} }
  for (const partition of plan.partitions.keys())
    extracted.push(overTheWire(await extractPartition(world, plan, partition, at)))
  return { plan, extracted }
}

describe('publishing', () => {
  it('twice is publishing once', async () => {
    const { plan, extracted } = await prepare()
    expect(await publishTogether(world, [{ plan, extracted }], { clock })).toEqual([1])
    expect(await publishTogether(world, [{ plan, extracted }], { clock })).toEqual([1])
    expect((await findDataset(world, 'numbers')).value.highest).toBe(1)
  })

  it('after a failure takes the manifest that is there already', async () => {
    const { plan, extracted } = await prepare()
    const failing = { ...world, catalog: { ...world.catalog, write: () => Promise.reject(new Error('gone')) } }
    await expect(publishTogether(failing, [{ plan, extracted }], { clock })).rejects.toThrow('gone')
    const before = await listKeys(world)
    await publishTogether(world, [{ plan, extracted }], { clock })
    expect(await listKeys(world)).toEqual(before)
  })

  it('by a worker that lost its claim is refused, though the snapshot still runs', async () => {
    const { plan, extracted } = await prepare()
    await claimSnapshot(world, plan.claim.snapshot, { ...steadyPace, staleMs: 0 })
    await expect(publishTogether(world, [{ plan, extracted }], { clock })).rejects.toMatchObject({ code: 'conflict' })
    await expect(findDataset(world, 'numbers')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('of what is to be cancelled is refused', async () => {
    const { plan, extracted } = await prepare()
    expect((await requestCancel(world, plan.claim.snapshot)).value.state).toBe('running')
    await expect(publishTogether(world, [{ plan, extracted }], { clock })).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('at the same time as others gives each a number of its own', async () => {
    const prepared = [await prepare(), await prepare(), await prepare(), await prepare()]
    const published = await Promise.all(
      prepared.map(({ plan, extracted }) => publishTogether(world, [{ plan, extracted }], { clock })),
    )
    expect(published.flat().sort()).toEqual([1, 2, 3, 4])
    for (const { plan } of prepared) {
      const { value } = (await world.catalog.get(snapshotsOf('numbers'), plan.claim.snapshot))!
      expect((await openVersion(world, 'numbers', { version: value.version! })).snapshot).toBe(value.id)
    }
  })

  it('of a group is done though its worker shows signs of life while each is prepared', async () => {
    const { snapshots } = await askGroup(world, ['numbers', 'others', 'thirds'])
    const claims = (await claimSnapshot(world, snapshots[0]!.id, steadyPace))!
    const at = { signal, pace: steadyPace, tries: 1, onProgress: () => {} }
    const ready = await Promise.all(
      claims.map(async (claim) => {
        const plan = await planSnapshot(world, claim, at)
        return { plan, extracted: [await extractPartition(world, plan, 0, at)], moment: new Date().toISOString() }
      }),
    )
    const { get } = world.catalog
    let signs = 0
    const showing: typeof get = async (collection, id) => {
      if (collection.path === 'datasets') await changeRun(world, claims[0], () => ({ heartbeat: `sign ${++signs}` }))
      return await get(collection, id)
    }
    const alive = { ...world, catalog: { ...world.catalog, get: showing } }
    expect(await publishTogether(alive, ready, { clock })).toEqual([1, 1, 1])
    expect(signs).toBe(3)
  })

  it('puts the partitions one behind the other, each under keys of its own', async () => {
    const { plan, extracted } = await prepare(2)
    await publishTogether(world, [{ plan, extracted }], { clock })
    expect(await readNumbers(world)).toHaveLength(20)
    const { parts } = await openVersion(world, 'numbers')
    expect(parts.map(({ key }) => key.slice(plan.prefix.length))).toEqual([
      'partition-00000/part-00000.ndjson',
      'partition-00001/part-00000.ndjson',
    ])
  })

  it('partitions with different columns is refused: the source changed', async () => {
    const { plan, extracted } = await prepare(2)
    const [first, second] = extracted as [Extracted, Extracted]
    const changed = { ...second, columns: second.columns.slice(1) }
    await expect(publishTogether(world, [{ plan, extracted: [first, changed] }], { clock })).rejects.toMatchObject({
      code: 'source-changed',
    })
  })
})
