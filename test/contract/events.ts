import { expect } from 'vitest'
import { Name } from '../../shared/domain/connector.ts'
import type { EventRecord } from '../../shared/domain/event.ts'
import type { Events } from '../../shared/ports/events.ts'
import { ulid } from '../../shared/snapshots/ulid.ts'
import { type Disposable, outcomes, runContract, type Skips } from './contract.ts'

export interface BusSubject extends Disposable {
  readonly bus: Pick<Events, 'publish'>
  /** The events that have arrived so far, in whatever order. */
  arrived(): Promise<readonly EventRecord[]>
}

/** An event of so many bytes, at least. */
export const someEvent = (bytes = 0): EventRecord => ({
  id: `evt_${ulid()}`,
  type: 'dataset.changed',
  at: new Date().toISOString(),
  datasource: Name.parse('flights'),
  data: { dataset: 'flights', version: 1, text: `"\n\u0000Ü𝄞${'x'.repeat(bytes)}` },
})

const byId = (events: readonly EventRecord[]) => [...events].sort((a, b) => (a.id < b.id ? -1 : 1))

/** What every bus keeps. */
export function busContract(name: string, make: () => Promise<BusSubject>, skips: Skips = {}): void {
  runContract(name, make, skips, {
    async 'brings an event as it is'({ bus, arrived }) {
      const event = someEvent()
      await bus.publish([event])
      await expect.poll(arrived).toEqual([event])
    },

    async 'brings none for none'({ bus, arrived }) {
      await bus.publish([])
      expect(await arrived()).toEqual([])
    },

    async 'brings more than fit into one request, each of them'({ bus, arrived }) {
      const events = Array.from({ length: 25 }, () => someEvent())
      await bus.publish(events)
      await expect.poll(async () => byId(await arrived())).toEqual(byId(events))
    },

    async 'brings large ones'({ bus, arrived }) {
      const event = someEvent(100_000)
      await bus.publish([event])
      await expect.poll(async () => (await arrived())[0]?.id).toBe(event.id)
      expect(await arrived()).toEqual([event])
    },

    async 'brings what several publish at once'({ bus, arrived }) {
      const events = Array.from({ length: 8 }, () => someEvent())
      expect(await outcomes(events.map((event) => bus.publish([event])))).toEqual({ done: 8 })
      await expect.poll(async () => byId(await arrived())).toEqual(byId(events))
    },
  })
}
