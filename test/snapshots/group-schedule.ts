import { Name } from '../../shared/domain/connector.ts'
import { isFault } from '../../shared/domain/faults.ts'
import type { Group } from '../../shared/domain/group.ts'
import { isEnded, type SnapshotRecord } from '../../shared/domain/snapshot.ts'
import type { CatalogWriter } from '../../shared/ports/catalog.ts'
import { snapshotsOf, versionsOf } from '../../shared/ports/dataset-records.ts'
import { conductSnapshot } from '../../shared/snapshots/conduct-snapshot.ts'
import { newSnapshotId } from '../../shared/snapshots/keys.ts'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { requestCancel } from '../../shared/snapshots/request-cancel.ts'
import { findSnapshot } from '../../shared/snapshots/run-record.ts'
import { sweepAttempts } from '../../shared/snapshots/sweep-attempts.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { labSources, pendingSnapshot } from './lab-source.ts'
import { askGroup, listKeys, readNumbers } from './lab-world.ts'
import { memoryCatalog, memoryObjects } from './memory-ports.ts'
import { movingLab, simulatedPace } from './moving-lab.ts'
import { type Defect, Violation } from './schedule.ts'
import { simulatedWorkers } from './simulated-workers.ts'
import { type Actor, newSimulation, type Ports, quiet } from './simulation.ts'

const names = ['numbers', 'others'] as const
const never = new AbortController().signal
const troubled = { death: 0.008, failure: 0.008 }

/**
 * One schedule of groups of two datasources, between which snapshots of one of them alone come: workers are started more
 * than once, by either id, they die, and are told of failures that were none; one of a group may be cancelled. After every
 * write it is looked whether a group is there in part. How many groups were published.
 */
export async function runGroupSchedule(seed: number, defect: Defect = (ports) => ports): Promise<number> {
  const simulation = newSimulation(seed)
  const { random } = simulation
  const isApart = random() < 0.5
  // by a view that several workers read, or on one connection
  const isTogether = random() < 0.3
  const lab = movingLab(4, { isTogether, shares: isTogether || random() < 0.5 ? 1 : 2 })
  const catalog = memoryCatalog()
  const looking: CatalogWriter = {
    ...catalog,
    async write(changes) {
      await catalog.write(changes)
      await checkWhole(catalog, groups)
    },
  }
  const kept: Ports = { catalog: looking, objects: memoryObjects(simulation.now), sources: labSources(lab) }
  const shared = defect(kept, simulation)
  const groups: Group[] = []
  for (let n = 0; n < 2; n++) groups.push(await askGroup(kept, names))
  const alone = newSnapshotId(Name.parse('others'))
  const value = { ...pendingSnapshot(alone), datasource: Name.parse('others') }
  await catalog.write([{ create: snapshotsOf('others'), id: alone, value }])

  const paceOf = simulatedPace(simulation)
  const work = async (actor: Actor, id: string, trouble: typeof troubled) => {
    const ports = simulation.portsOf(actor, shared)
    const workers = simulatedWorkers(simulation, shared, actor, trouble, paceOf)
    await (isApart
      ? conductSnapshot(ports, workers, id, paceOf(actor))
      : takeSnapshot(ports, id, never, paceOf(actor))
    ).catch((thrown) => {
      if (!isFault(thrown, 'busy')) throw thrown
    })
  }
  const ids = [...groups.map((group) => group.snapshots.map(({ id }) => id)), [alone]]
  for (const together of ids) {
    for (let starts = 1 + Math.floor(random() * 2); starts > 0; starts--)
      simulation.start('worker', troubled, (actor) =>
        work(actor, together[Math.floor(random() * together.length)]!, troubled),
      )
    simulation.start('last worker', quiet, async (actor) => {
      for (let rounds = 0; rounds < 40 && !isEnded((await findSnapshot(kept, together[0]!)).value.state); rounds++) {
        await simulation.clockOf(actor).sleep(20_000, never)
        await work(actor, together.at(-1)!, quiet)
      }
    })
  }
  if (random() < 0.3)
    simulation.start('canceller', quiet, async (actor) => {
      for (let turns = random() * 100; turns > 1; turns--) await simulation.turn(actor)
      await requestCancel(simulation.portsOf(actor, shared), ids[0]![1]!, paceOf(actor)).catch((thrown) => {
        if (!isFault(thrown, 'conflict')) throw thrown
      })
    })
  simulation.start('sweep', quiet, async (actor) => {
    await simulation.clockOf(actor).sleep(3000, never)
    await sweepAttempts(simulation.portsOf(actor, shared), { olderThanMs: 0, now: simulation.now() })
  })
  await simulation.drive()
  await sweepAttempts(kept, { olderThanMs: 0, now: simulation.now() })
  return await inspect(kept, groups)
}

/** At every instant: a group has a version of all its datasets or of none, and its snapshots are in one state. */
async function checkWhole(catalog: CatalogWriter, groups: readonly Group[]): Promise<void> {
  const lists = await Promise.all(names.map((name) => catalog.list(versionsOf(name), { limit: 100 })))
  for (const { id, snapshots } of groups) {
    const there = lists.map(({ entries }) => entries.filter(({ value }) => value.group === id).length)
    if (new Set(there).size > 1) throw new Violation(`Of a group there are ${there} versions.`)
    const records = await Promise.all(snapshots.map((each) => findSnapshot({ catalog }, each.id)))
    const states = new Set(records.map(({ value }) => stateOf(value)))
    if (states.size > 1) throw new Violation(`The snapshots of a group are ${[...states].join(' and ')}.`)
  }
}

const stateOf = ({ state, attempt, cancelRequested }: SnapshotRecord): string =>
  `${state} ${attempt} ${cancelRequested}`

/** Once all is quiet: versions of one group are of one moment, everything has ended, and nothing else is there. */
async function inspect(ports: Ports, groups: readonly Group[]): Promise<number> {
  let published = 0
  const named = new Set<string>()
  for (const name of names)
    for (const { value } of (await ports.catalog.list(versionsOf(name), { limit: 100 })).entries) {
      named.add(value.manifest)
      for (const { key } of (await openVersion(ports, name, { version: value.version })).parts) named.add(key)
    }
  for (const { id, snapshots } of groups) {
    const moments = new Set<number>()
    for (const snapshot of snapshots) {
      const { state, version, datasource } = (await findSnapshot(ports, snapshot.id)).value
      if (!isEnded(state)) throw new Violation(`A snapshot is ${state} for ever.`)
      if (version === null) continue
      const manifest = await openVersion(ports, datasource, { version })
      if (manifest.group?.id !== id || manifest.snapshot !== snapshot.id) throw new Violation('It names another group.')
      const numbers = await readNumbers(ports, { version }, datasource)
      if (numbers.length !== 4) throw new Violation(`It has ${numbers.length} rows.`)
      for (const number of numbers) moments.add(number)
      published++
    }
    if (moments.size > 1) throw new Violation(`A group is of ${moments.size} moments.`)
  }
  const orphans = (await listKeys(ports)).filter((key) => !named.has(key))
  if (orphans.length > 0) throw new Violation(`Orphans: ${orphans}`)
  return published / names.length
}
