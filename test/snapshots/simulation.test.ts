import { describe, expect, it } from 'vitest'
import { versionsOf } from '../../shared/ports/records.ts'
import { prefixOf } from '../../shared/snapshots/keys.ts'
import { type Defect, runSchedule, Violation } from './schedule.ts'
import { quiet } from './simulation.ts'

const schedules = 2000
const within = { timeout: 300_000 }

/** How many of the schedules notice a defect. */
async function caught(defect: Defect, tries: number): Promise<number> {
  let noticed = 0
  for (let seed = 1; seed <= tries; seed++)
    await runSchedule(seed, defect).catch((thrown) => {
      if (!(thrown instanceof Violation)) throw new Error(`seed ${seed}`, { cause: thrown })
      noticed++
    })
  return noticed
}

describe('readers see version n or n+1, never anything else', () => {
  it(
    `in ${schedules} schedules with deaths, failures, repetitions, cancelling, deleting and sweeps`,
    within,
    async () => {
      let versions = 0
      for (let seed = 1; seed <= schedules; seed++)
        versions += (
          await runSchedule(seed).catch((cause) => {
            throw new Error(`seed ${seed}: ${cause.message}`, { cause })
          })
        ).versions
      expect(versions).toBeGreaterThan(schedules)
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
            for (let turns = 0; turns < 5; turns++) await simulation.turn(actor)
            await ports.objects.put(key, bytes)
          })
          return { key, size: 0, etag: '', modified: '' }
        },
      },
    })
    expect(await caught(late, 200)).toBeGreaterThan(20)
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
    expect(await caught(inPlace, 200)).toBeGreaterThan(20)
  })

  it('and they notice a pointer that is written without looking', within, async () => {
    const blind: Defect = (ports) => ({
      ...ports,
      catalog: {
        ...ports.catalog,
        async write(changes) {
          const seen = []
          for (const change of changes) {
            if (!('replace' in change)) seen.push(change)
            else {
              const found = await ports.catalog.get(change.replace, change.id)
              seen.push({ ...change, revision: found?.revision ?? change.revision })
            }
          }
          return ports.catalog.write(seen)
        },
      },
    })
    expect(await caught(blind, 200)).toBeGreaterThan(20)
  })

  it('and they notice a sweep that asks nobody whether an attempt is still at work', within, async () => {
    const hasty: Defect = (ports, simulation) => {
      simulation.start('hasty sweep', quiet, async (actor) => {
        const { catalog, objects } = simulation.portsOf(actor, ports)
        await simulation.clockOf(actor).sleep(2000, new AbortController().signal)
        const { entries } = await catalog.list(versionsOf('numbers'), { limit: 100 })
        const named = entries.map(({ value }) => prefixOf(value.manifest))
        for (const { key } of (await objects.list('', { limit: 1000 })).objects)
          if (!named.includes(prefixOf(key))) await objects.delete(key)
      })
      return ports
    }
    expect(await caught(hasty, 200)).toBeGreaterThan(5)
  })
})
