import { Cron } from 'croner'
import type { Schedules } from '../../ports/schedules.ts'

export interface LocalSchedules extends Schedules {
  /** What it wakes for next, milliseconds since 1970 by id. */
  pending(): ReadonlyMap<string, number>
  /** Wakes for nothing any more. */
  stop(): void
}

/**
 * Wakes within this process, by timers of croner: they look at the clock again and again, so that a machine that slept is
 * woken late and not a sleep later. What is set ends with the process: who starts it sets everything again.
 */
export function localSchedules(wake: (id: string) => void): LocalSchedules {
  const set = new Map<string, { readonly at: number; readonly timer: { stop(): void } }>()
  const forget = (id: string) => {
    set.get(id)?.timer.stop()
    set.delete(id)
  }
  return {
    async set(id, at) {
      forget(id)
      const ring = () => {
        if (set.get(id)?.timer !== timer) return
        set.delete(id)
        wake(id)
      }
      const timer = at > Date.now() ? clock(at, ring) : soon(ring)
      set.set(id, { at, timer })
    },
    async clear(id) {
      forget(id)
    },
    pending: () => new Map([...set].map(([id, { at }]) => [id, at])),
    stop() {
      for (const id of [...set.keys()]) forget(id)
    },
  }
}

/** croner knows whole seconds: it rings in the second that begins at the time or after it. */
const clock = (at: number, ring: () => void): { stop(): void } =>
  new Cron(new Date(Math.ceil(at / 1000) * 1000), { timezone: 'UTC', unref: true }, ring)

function soon(ring: () => void): { stop(): void } {
  const timer = setTimeout(ring, 0).unref()
  return { stop: () => clearTimeout(timer) }
}
