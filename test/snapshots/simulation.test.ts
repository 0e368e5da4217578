import { describe, expect, it } from 'vitest'
import { Fault } from '../../shared/domain/faults.ts'
import type { DatasetRecord } from '../../shared/domain/snapshot.ts'
import type { ViewRecord } from '../../shared/domain/work.ts'
import type { Change } from '../../shared/ports/catalog.ts'
import { datasets, versionsOf } from '../../shared/ports/dataset-records.ts'
import { prefixOf } from '../../shared/snapshots/keys.ts'
import { type Defect, runSchedule, Violation } from './schedule.ts'
import { quiet } from './simulation.ts'

/** `HEADGATE_SCHEDULES` asks for more where there is time: a thousand take some twenty seconds. */
const schedules = Number(process.env.HEADGATE_SCHEDULES ?? 250)
const within = { timeout: 300_000 + schedules * 20 }

/** How many of the schedules notice a defect. */
async function caught(defect: Defect, tries: number): Promise<number> {
  let noticed = 0
  for (let seed = 1; seed <= tries; seed++)
    await runSchedule(seed, defect).catch((thrown) => {
      // a defect may also have work go on for ever
      if (!(thrown instanceof Violation) && !/^No end in sight/.test(thrown.message))
        throw new Error(`seed ${seed}`, { cause: thrown })
      noticed++
    })
  return noticed
}

describe('readers see version n or n+1, never anything else', () => {
  it(
    `in ${schedules} schedules with deaths, failures, repetitions, cancelling, deleting, retention and sweeps`,
    within,
    async () => {
      const sum = { versions: 0, letGo: 0 }
      for (let seed = 1; seed <= schedules; seed++) {
        const { versions, letGo } = await runSchedule(seed).catch((cause) => {
          throw new Error(`seed ${seed}: ${cause.message}`, { cause })
        })
        sum.versions += versions
        sum.letGo += letGo
      }
      expect(sum.versions).toBeGreaterThan(schedules)
      expect(sum.letGo).toBeGreaterThan(schedules / 20)
    },
  )

  it('and the schedules notice a pointer that moves before the manifest is there', within, async () => {
    const late: Defect = (ports, simulation) => ({
      ...ports,
      objects: {
        ...ports.objects,
        async put(key, bytes, options) {
          if (!key.includes('/manifest-')) return ports.objects.put(key, bytes, options)
          simulation.start('late put', quiet, async (actor) => {
            for (let turns = 0; turns < 30; turns++) await simulation.turn(actor)
            await ports.objects.put(key, bytes)
          })
          return { key, size: 0, etag: '', modified: '' }
        },
      },
    })
    expect(await caught(late, 100)).toBeGreaterThan(5)
  })

  it('and they notice attempts that share a prefix', within, async () => {
    const shared = (key: string) => key.replace(/-\d+\/part-/, '/part-')
    const inPlace: Defect = (ports) => ({
      ...ports,
      objects: {
        ...ports.objects,
        get: (key, range) => ports.objects.get(shared(key), range),
        put: (key, bytes) => ports.objects.put(shared(key), bytes),
      },
    })
    expect(await caught(inPlace, 100)).toBeGreaterThan(10)
  })

  it('and they notice a pointer that is written without looking', within, async () => {
    const blind: Defect = (ports) => ({
      ...ports,
      catalog: {
        ...ports.catalog,
        async write(changes) {
          const seen = []
          for (const change of changes) {
            if (!('replace' in change) || !change.replace.path.startsWith('data')) seen.push(change)
            else {
              const found = await ports.catalog.get(change.replace, change.id)
              seen.push({ ...change, revision: found?.revision ?? change.revision })
            }
          }
          return ports.catalog.write(seen)
        },
      },
    })
    expect(await caught(blind, 100)).toBeGreaterThan(5)
  })

  it('and they notice partitions that do not read by the view', within, async () => {
    const apart: Defect = (ports) => ({
      ...ports,
      sources: {
        ...ports.sources,
        async open(name, signal) {
          const { record, connection } = await ports.sources.open(name, signal)
          return {
            record,
            connection: { ...connection, extract: (of, partition) => connection.extract(of, partition) },
          }
        },
      },
    })
    expect(await caught(apart, 60)).toBeGreaterThan(20)
  })

  it('and they notice an attempt that may have a second view', within, async () => {
    const second: Defect = (ports) => ({
      ...ports,
      catalog: {
        ...ports.catalog,
        async write(changes) {
          const [change] = changes
          if (change === undefined || !('replace' in change) || !change.replace.path.endsWith('/view'))
            return ports.catalog.write(changes)
          // what is lost is held anew
          const value = change.value as ViewRecord
          if (value.state !== 'over') return ports.catalog.write(changes)
          return ports.catalog.write([{ delete: change.replace, id: change.id }])
        },
      },
    })
    expect(await caught(second, 60)).toBeGreaterThan(0)
  })

  it('and they notice a sweep that asks nobody whether an attempt is still at work', within, async () => {
    const hasty: Defect = (ports, simulation) => {
      simulation.start('hasty sweep', quiet, async (actor) => {
        const { catalog, objects } = simulation.portsOf(actor, ports)
        for (let turns = 150 * simulation.random(); turns > 0; turns--) await simulation.turn(actor)
        const { entries } = await catalog.list(versionsOf('numbers'), { limit: 100 })
        const named = entries.map(({ value }) => prefixOf(value.manifest))
        for (const { key } of (await objects.list('', { limit: 1000 })).objects)
          if (!named.includes(prefixOf(key))) await objects.delete(key)
      })
      return ports
    }
    expect(await caught(hasty, 100)).toBeGreaterThan(3)
  })
  it('and they notice a retention that deletes at once', within, async () => {
    const naive: Defect = (ports, simulation) => {
      simulation.start('naive retention', quiet, async (actor) => {
        for (let rounds = 0; rounds < 40; rounds++) {
          for (let turns = 0; turns < 20; turns++) await simulation.turn(actor)
          const { entries } = await ports.catalog.list(versionsOf('numbers'), { limit: 100, descending: true })
          for (const { id, value } of entries.slice(1)) {
            await ports.catalog.write([{ delete: versionsOf('numbers'), id }])
            const { objects } = await ports.objects.list(prefixOf(value.manifest), { limit: 1000 })
            for (const { key } of objects) await ports.objects.delete(key)
          }
        }
      })
      return ports
    }
    expect(await caught(naive, 120)).toBeGreaterThan(1)
  })

  it('and they notice a pointer that may move back', within, async () => {
    const late: Defect = (ports, simulation) => ({
      ...ports,
      catalog: {
        ...ports.catalog,
        async write(changes) {
          const isPointer = (change: Change) => 'replace' in change && change.replace === datasets
          const isPublishing = changes.some((change) => 'create' in change)
          const found = await ports.catalog.get(datasets, 'numbers')
          const pointer = changes.find(isPointer) as (Change & { value: DatasetRecord }) | undefined
          if (!isPublishing || pointer === undefined || found === undefined) return ports.catalog.write(changes)
          const { latest } = pointer.value
          const value = { ...pointer.value, latest: found.value.latest }
          await ports.catalog.write(changes.map((change) => (change === pointer ? { ...pointer, value } : change)))
          simulation.start('late pointer', quiet, async (actor) => {
            for (let turns = Math.floor(simulation.random() * 20); turns > 0; turns--) await simulation.turn(actor)
            const now = (await ports.catalog.get(datasets, 'numbers'))!
            await ports.catalog.write([
              { replace: datasets, id: now.id, value: { ...now.value, latest }, revision: now.revision },
            ])
          })
        },
      },
    })
    expect(await caught(late, 150)).toBeGreaterThan(0)
  })
  it('and they notice a publication that is marked as a success afterwards', within, async () => {
    const marked: Defect = (ports, simulation) => ({
      ...ports,
      catalog: {
        ...ports.catalog,
        async write(changes) {
          if (changes.length < 3) return ports.catalog.write(changes)
          await ports.catalog.write(changes.slice(0, -1))
          if (simulation.random() < 0.1) throw new Fault('busy', 'Simulated, before the mark.')
          await ports.catalog.write(changes.slice(-1))
        },
      },
    })
    expect(await caught(marked, 100)).toBeGreaterThan(5)
  })
})
