import { deliverEvents } from '../shared/events/deliver-events.ts'
import type { World } from '../shared/ports/index.ts'
import type { Log } from './log.ts'

export interface Deliveries {
  /** Delivers what is there, soon. Asked again while it is at work, it looks once more afterwards. */
  wake(): void
  /** Begins no delivery any more, and waits for those under way. */
  stop(): Promise<void>
}

/** Delivers events in this process, one round after the other. */
export function createDeliveries(
  world: World<{ catalog: 'write'; objects: 'read'; schedules: 'set'; events: 'tell'; registry: 'write' }>,
  log: Log,
): Deliveries {
  const stopping = new AbortController()
  let working: Promise<void> | undefined
  let isAsked = false
  const onFailure = (cause: unknown) => log({ code: 'internal', cause })
  const work = async () => {
    while (isAsked && !stopping.signal.aborted) {
      isAsked = false
      await deliverEvents(world, { signal: stopping.signal, onFailure }).catch((cause: unknown) => {
        if (!stopping.signal.aborted) onFailure(cause)
      })
    }
    working = undefined
  }
  return {
    wake() {
      isAsked = true
      working ??= work()
    },
    async stop() {
      stopping.abort()
      await working
    },
  }
}
