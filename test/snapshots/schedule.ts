import { isFault } from '../../shared/domain/faults.ts'
import { isEnded, type Manifest } from '../../shared/domain/snapshot.ts'
import { datasets, snapshotsOf, versionsOf } from '../../shared/ports/dataset-records.ts'
import { applyRetention } from '../../shared/snapshots/apply-retention.ts'
import { conductSnapshot } from '../../shared/snapshots/conduct-snapshot.ts'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { removeVersion } from '../../shared/snapshots/remove-version.ts'
import { requestCancel } from '../../shared/snapshots/request-cancel.ts'
import { sweepAttempts } from '../../shared/snapshots/sweep-attempts.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { labDatasource, labSources } from './lab-source.ts'
import { askSnapshot, listKeys, readText, saveDatasource } from './lab-world.ts'
import { memoryCatalog, memoryObjects } from './memory-ports.ts'
import { movingLab, simulatedPace } from './moving-lab.ts'
import { simulatedWorkers } from './simulated-workers.ts'
import { type Actor, newSimulation, type Ports, quiet, type Simulation } from './simulation.ts'

/** A way to spoil the ports, to see that the schedules notice. */
export type Defect = (ports: Ports, simulation: Simulation) => Ports

const snapshots = 3
const rowsEach = 6
/** How long a version that goes can still be read, and how long reading it may then take. */
const [waitMs, readMs] = [500, 3000]
const never = new AbortController().signal
const troubled = { death: 0.01, failure: 0.01 }

/** What a schedule came to: the versions that are there in the end, and those that the retention deleted. */
export interface Taken {
  readonly versions: number
  readonly letGo: number
}

/** What went wrong for a reader, or is wrong once all is quiet. */
export class Violation extends Error {}

/**
 * One schedule: snapshots whose workers are started more than once, are stopped, die, and are told of failures that were
 * none, while readers read, one version may be deleted, one snapshot cancelled, and sweeps run without any guard of age.
 */
export async function runSchedule(seed: number, defect: Defect = (ports) => ports): Promise<Taken> {
  const simulation = newSimulation(seed)
  const { random } = simulation
  // half of the schedules are taken as on AWS: each partition, and the view, by a worker of its own
  const isApart = random() < 0.5
  const lab = movingLab(rowsEach, { shares: random() < 0.3 ? 1 : 3 })
  const sources = labSources(lab)
  const kept: Ports = { catalog: memoryCatalog(), objects: memoryObjects(simulation.now), sources }
  const shared = defect(kept, simulation)
  const retention = random() < 0.5 ? { keepLast: 1 } : null
  await saveDatasource(kept, { ...labDatasource(), retention })
  const ids: string[] = []
  for (let n = 0; n < snapshots; n++) ids.push(await askSnapshot(kept))

  const paceOf = simulatedPace(simulation)
  let letGo = 0
  /** Workers that have neither ended nor died: for as long as there are some, versions may come. */
  const working = new Set<object>()
  const work = (id: string, mayStop: boolean) => async (actor: Actor) => {
    const stop = new AbortController()
    const isStopped = mayStop && random() < 0.2
    if (isStopped)
      simulation.start('stopper', quiet, async (stopper) => {
        await simulation.clockOf(stopper).sleep(1500, never)
        stop.abort()
      })
    const ports = simulation.portsOf(actor, shared)
    if (isApart) {
      const workers = simulatedWorkers(simulation, shared, actor, mayStop ? troubled : quiet, paceOf)
      await conductSnapshot(ports, workers, id, paceOf(actor)).catch(isSimulated)
    } else await takeSnapshot(ports, id, isStopped ? stop.signal : never, paceOf(actor)).catch(isSimulated)
  }
  for (const id of ids) {
    const starts = 1 + Math.floor(random() * 3)
    for (let n = 0; n < starts; n++) {
      const worker = {}
      working.add(worker)
      simulation.start(`worker ${n} of ${id}`, troubled, async (actor) => {
        actor.onDeath.push(() => working.delete(worker))
        await work(id, true)(actor)
        working.delete(worker)
      })
    }
  }
  const last = new Set<object>()
  const isTroubled = () => [...working].some((worker) => !last.has(worker))
  for (const id of ids) {
    const worker = {}
    working.add(worker)
    last.add(worker)
    simulation.start(`last worker of ${id}`, quiet, async (actor) => {
      while (isTroubled()) await simulation.turn(actor)
      // what workers that died have started may live on for a while
      for (let rounds = 0; rounds < 5 && !(await hasEnded(kept, id)); rounds++) {
        await simulation.clockOf(actor).sleep(10_000, never)
        await work(id, false)(actor)
      }
      working.delete(worker)
    })
  }
  /** Waits for the first versions, if there will be any. */
  const until = async (actor: Actor, version: number) => {
    while (working.size > 0 && ((await kept.catalog.get(datasets, 'numbers'))?.value.highest ?? 0) < version)
      await simulation.turn(actor)
  }
  const doomed = random() < 0.3 ? 1 : undefined
  for (let n = 0; n < 3; n++)
    simulation.start(`reader ${n}`, quiet, async (actor) => {
      let last = 0
      await until(actor, 1)
      for (let reads = 0; reads < 12; reads++) {
        for (let turns = working.size > 0 ? random() * 30 : 0; turns > 1; turns--) await simulation.turn(actor)
        await simulation.clockOf(actor).sleep(300, never)
        const version = await readWhole(simulation.portsOf(actor, shared), doomed, simulation.now)
        if (version === 'deleted') continue
        if (version < last) throw new Violation(`A reader saw ${last}, then ${version}.`)
        last = version
      }
    })
  for (let n = 0; n < 2; n++)
    simulation.start('sweep', { death: 0.02, failure: 0 }, async (actor) => {
      await simulation.clockOf(actor).sleep(2000 * (n + 1), never)
      await sweepAttempts(simulation.portsOf(actor, shared), { olderThanMs: 0, now: simulation.now() })
    })
  if (doomed !== undefined)
    simulation.start('deleter', { death: 0.05, failure: 0 }, async (actor) => {
      await simulation.clockOf(actor).sleep(4000, never)
      await removeVersion(simulation.portsOf(actor, shared), 'numbers', doomed).catch(isMissing)
    })
  for (let n = 0; n < 2 && retention !== null; n++)
    simulation.start('retention', { death: 0.005, failure: 0 }, async (actor) => {
      await until(actor, 2)
      for (let rounds = 0; rounds < 6; rounds++) {
        await simulation.clockOf(actor).sleep(4000, never)
        const now = simulation.now()
        letGo += (await applyRetention(simulation.portsOf(actor, shared), { now, waitMs, readMs })).deleted
      }
    })
  if (random() < 0.3)
    simulation.start('canceller', quiet, async (actor) => {
      await requestCancel(simulation.portsOf(actor, shared), ids[0]!, paceOf(actor)).catch((thrown) => {
        if (!isFault(thrown, 'conflict')) throw thrown
      })
    })
  await simulation.drive()
  await sweepAttempts(kept, { olderThanMs: 0, now: simulation.now() })
  return { ...(await inspect(kept, ids)), letGo }
}

/** Reads as readers do, and complains of anything but one whole version. 0 while there is none. */
async function readWhole(ports: Ports, doomed: number | undefined, now: () => number): Promise<number | 'deleted'> {
  let version: number | undefined
  const begun = now()
  if ((await ports.catalog.get(datasets, 'numbers')) === undefined) return 0
  try {
    const manifest = await openVersion(ports, 'numbers', {}, begun)
    version = manifest.version
    await checkWhole(ports, manifest)
    return version
  } catch (thrown) {
    if (!isFault(thrown, 'not-found')) throw thrown
    // it read for longer than it may: its version may have been let go meanwhile
    if (now() - begun >= readMs) return 'deleted'
    if (doomed !== undefined && (version ?? doomed) === doomed) return 'deleted'
    throw new Violation(`A reader missed something of version ${version}.`, { cause: thrown })
  }
}

/** A version has all rows of one moment. */
async function checkWhole(ports: Ports, { version, rows, parts }: Manifest): Promise<void> {
  const lines: string[] = []
  for (const { key } of parts) lines.push(...(await readText(ports, key)).split('\n').filter((line) => line !== ''))
  const moments = new Set(lines.map((line) => JSON.parse(line).number))
  if (lines.length !== rows || lines.length !== rowsEach || moments.size !== 1)
    throw new Violation(`Version ${version} has ${lines.length} rows of ${moments.size} moments.`)
}

/** Once all is quiet: every snapshot has ended, every version is whole, and nothing else is there. */
async function inspect(ports: Ports, ids: readonly string[]): Promise<{ versions: number }> {
  const numbers: number[] = []
  const named = new Set<string>()
  const { entries } = await ports.catalog.list(versionsOf('numbers'), { limit: 100 })
  for (const { value } of entries) {
    named.add(value.manifest)
    const run = (await ports.catalog.get(snapshotsOf('numbers'), value.snapshot))?.value
    if (run?.version !== value.version)
      throw new Violation(`Version ${value.version} is of a snapshot that is ${run?.state} with ${run?.version}.`)
    const manifest = await openVersion(ports, 'numbers', { version: value.version }, 0).catch(missed)
    for (const { key } of manifest.parts) {
      named.add(key)
      await ports.objects.head(key).catch(missed)
    }
    await checkWhole(ports, manifest)
  }
  for (const id of ids) {
    const { state, version } = (await ports.catalog.get(snapshotsOf('numbers'), id))!.value
    if (state === 'pending' || state === 'running') throw new Violation(`A snapshot is ${state} for ever.`)
    if ((state === 'done') !== (version !== null))
      throw new Violation(`A snapshot is ${state} with version ${version}.`)
    if (version !== null) numbers.push(version)
  }
  if (new Set(numbers).size !== numbers.length) throw new Violation(`A number was given twice: ${numbers}.`)
  const orphans = (await listKeys(ports)).filter((key) => !named.has(key))
  if (orphans.length > 0) throw new Violation(`Orphans: ${orphans}`)
  const pointer = (await ports.catalog.get(datasets, 'numbers'))?.value
  if ((pointer?.highest ?? 0) !== Math.max(0, ...numbers)) throw new Violation('The pointer does not know its highest.')
  if (pointer?.latest !== undefined && pointer.latest !== (entries.at(-1)?.value.version ?? null))
    throw new Violation('The pointer is not at the newest version.')
  return { versions: entries.length }
}

const hasEnded = async (ports: Ports, id: string): Promise<boolean> =>
  isEnded((await ports.catalog.get(snapshotsOf('numbers'), id))!.value.state)

const missed = (cause: unknown): never => {
  throw new Violation('Something that a version names is gone.', { cause })
}

const isSimulated = (thrown: unknown): void => {
  if (!isFault(thrown, 'busy')) throw thrown
}

const isMissing = (thrown: unknown): void => {
  if (!isFault(thrown, 'not-found')) throw thrown
}
