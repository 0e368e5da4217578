import { isFault } from '../../shared/domain/faults.ts'
import { datasets, versionsOf } from '../../shared/ports/dataset-records.ts'
import { versionId } from '../../shared/snapshots/keys.ts'
import { type Pace, steadyPace } from '../../shared/snapshots/pace.ts'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { removeVersion } from '../../shared/snapshots/remove-version.ts'
import { sweepAttempts } from '../../shared/snapshots/sweep-attempts.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { labDatasource, labSources, newLab } from './lab-source.ts'
import { askSnapshot, listKeys, readText, saveDatasource } from './lab-world.ts'
import { memoryCatalog, memoryObjects } from './memory-ports.ts'
import { type Defect, Violation } from './schedule.ts'
import { type Actor, newSimulation, type Ports, quiet } from './simulation.ts'

const never = new AbortController().signal
const snapshotsEach = 4

/** What a schedule came to: how many versions there were, and how many had parts of another. */
export interface Shared {
  readonly versions: number
  readonly sharing: number
}

/**
 * One schedule of an incremental dataset: two workers take snapshots one after another, each going on from what is there,
 * while versions are deleted at any moment and swept after without any guard of age, and readers read. The source is a log:
 * a version has its numbers from 0 on, none missing and none twice. What is read whole is read in up to three partitions.
 */
export async function runSharing(
  seed: number,
  mode: 'append' | 'merge',
  defect: Defect = (ports) => ports,
): Promise<Shared> {
  const simulation = newSimulation(seed)
  const { random } = simulation
  const lab = Object.assign(newLab(0), { batchRows: 2, shares: 1 + (seed % 3) })
  const kept: Ports = { catalog: memoryCatalog(), objects: memoryObjects(simulation.now), sources: labSources(lab) }
  const shared = defect(kept, simulation)
  const strategy = { kind: 'incremental', mode, deletes: false, fullEvery: 4 } as const
  await saveDatasource(kept, { ...labDatasource(), strategy })
  const paceOf = (actor: Actor): Pace => ({
    ...steadyPace,
    clock: simulation.clockOf(actor),
    // nobody is to be taken for dead while there is still a turn to be had
    heartbeatMs: 1e9,
    staleMs: 1e12,
    patienceMs: 1e12,
    partBytes: 60,
  })
  let ended = 0
  const wait = async (actor: Actor, most: number) => {
    for (let turns = Math.floor(random() * most); turns > 0; turns--) await simulation.turn(actor)
  }
  for (let n = 0; n < 2; n++)
    simulation.start(`worker ${n}`, quiet, async (actor) => {
      await wait(actor, 60 * n)
      for (let taken = 0; taken < snapshotsEach; taken++) {
        lab.numbers.push(lab.numbers.length, lab.numbers.length + 1)
        const id = await askSnapshot(kept)
        await takeSnapshot(simulation.portsOf(actor, shared), id, never, paceOf(actor))
      }
      ended++
    })
  simulation.start('deleter', quiet, async (actor) => {
    while (ended < 2) {
      await wait(actor, 80 * lab.shares)
      const highest = (await kept.catalog.get(datasets, 'numbers'))?.value.highest ?? 0
      const version = Math.max(1, highest - Math.floor(random() * 3))
      if (highest === 0) continue
      await removeVersion(simulation.portsOf(actor, shared), 'numbers', version).catch(isMissing)
    }
  })
  simulation.start('sweep', quiet, async (actor) => {
    while (ended < 2) {
      await wait(actor, 120 * lab.shares)
      await sweepAttempts(simulation.portsOf(actor, shared), { olderThanMs: 0, now: simulation.now() })
    }
  })
  simulation.start('reader', quiet, async (actor) => {
    while (ended < 2) {
      await wait(actor, 20)
      await readOne(simulation.portsOf(actor, shared))
    }
  })
  await simulation.drive()
  await sweepAttempts(kept, { olderThanMs: 0, now: simulation.now() })
  return await inspect(kept)
}

async function readOne(ports: Ports, version?: number): Promise<void> {
  let of = version
  try {
    if ((await ports.catalog.get(datasets, 'numbers')) === undefined) return
    const manifest = await openVersion(ports, 'numbers', { version })
    of = manifest.version
    const texts: string[] = []
    for (const { key } of manifest.parts) texts.push(await readText(ports, key))
    const numbers = texts.flatMap((text) => text.split('\n')).flatMap((line) => (line === '' ? [] : [numberOf(line)]))
    const isLog = new Set(numbers).size === numbers.length && Math.max(...numbers) === numbers.length - 1
    if (!isLog || numbers.length !== manifest.rows) throw new Violation(`Version ${of} holds ${numbers}.`)
  } catch (thrown) {
    if (!isFault(thrown, 'not-found')) throw thrown
    const isThere = of !== undefined && (await ports.catalog.get(versionsOf('numbers'), versionId(of))) !== undefined
    if (isThere) throw new Violation(`Version ${of} lacks something.`, { cause: thrown })
  }
}

/** Once all is quiet: every version is whole, and nothing is there that none names. */
async function inspect(ports: Ports): Promise<Shared> {
  const { entries } = await ports.catalog.list(versionsOf('numbers'), { limit: 100 })
  const named = new Set<string>()
  for (const { value } of entries) {
    await readOne(ports, value.version)
    named.add(value.manifest)
    for (const { key } of (await openVersion(ports, 'numbers', { version: value.version })).parts) named.add(key)
  }
  const orphans = (await listKeys(ports)).filter((key) => !named.has(key))
  if (orphans.length > 0) throw new Violation(`Orphans: ${orphans}`)
  return { versions: entries.length, sharing: entries.filter(({ value }) => value.reuses.length > 0).length }
}

const numberOf = (line: string): number => Number(JSON.parse(line).number)

/** Of what may be deleted by two. */
export const isMissing = (thrown: unknown): void => {
  if (!isFault(thrown, 'not-found')) throw thrown
}
