import { expect } from 'vitest'
import type { Schedules } from '../../shared/ports/schedules.ts'
import { type Disposable, outcomes, runContract, type Skips } from './contract.ts'

export interface SchedulesSubject extends Disposable {
  readonly schedules: Schedules
  /** What is set, milliseconds since 1970 by id, and not over. */
  pending(): Promise<ReadonlyMap<string, number>>
}

const hourMs = 3_600_000

/** A time ahead, in whole seconds. */
const ahead = (hours: number): number => Math.ceil(Date.now() / 1000) * 1000 + hours * hourMs

/** What every adapter of schedules keeps. */
export function schedulesContract(name: string, make: () => Promise<SchedulesSubject>, skips: Skips = {}): void {
  runContract(name, make, skips, {
    async 'wakes for each id at its own time'({ schedules, pending }) {
      const [a, b] = [ahead(1), ahead(200 * 24)]
      await schedules.set('flights', a)
      await schedules.set('_deliveries', b)
      expect([...(await pending())].sort()).toEqual([
        ['_deliveries', b],
        ['flights', a],
      ])
    },

    async 'takes the place of what was set before, sooner or later'({ schedules, pending }) {
      for (const hours of [3, 5, 1]) {
        const at = ahead(hours)
        await schedules.set('flights', at)
        expect([...(await pending())]).toEqual([['flights', at]])
      }
    },

    async 'wakes in no second before its time'({ schedules, pending }) {
      const at = ahead(1) + 1
      await schedules.set('flights', at)
      const set = (await pending()).get('flights')!
      expect(set - at).toBeGreaterThanOrEqual(0)
      expect(set - at).toBeLessThanOrEqual(1000)
    },

    async 'forgets, and forgets what is not there'({ schedules, pending }) {
      await schedules.clear('flights')
      await schedules.set('flights', ahead(1))
      await schedules.set('flights-2', ahead(1))
      await schedules.clear('flights')
      await schedules.clear('flights')
      expect([...(await pending()).keys()]).toEqual(['flights-2'])
      await schedules.set('flights', ahead(2))
      expect([...(await pending()).keys()].sort()).toEqual(['flights', 'flights-2'])
    },

    async 'takes ids of 64 characters'({ schedules, pending }) {
      const id = `${'a'.repeat(32)}-${'9'.repeat(31)}`
      await schedules.set(id, ahead(1))
      expect([...(await pending()).keys()]).toEqual([id])
    },

    async 'is set once by many at once'({ schedules, pending }) {
      const times = Array.from({ length: 8 }, (_, i) => ahead(i + 1))
      expect(await outcomes(times.map((at) => schedules.set('flights', at)))).toEqual({ done: 8 })
      const set = await pending()
      expect(set.size).toBe(1)
      expect(times).toContain(set.get('flights'))
    },
  })
}
