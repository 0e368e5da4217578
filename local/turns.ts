import type { Log } from './log.ts'

export interface Turns {
  /** Has work of that id done, once however often it is asked for while it waits or runs. */
  start(id: string): Promise<void>
  isWorkingAt(id: string): boolean
  /** Lets nothing more begin, tells what is under way to stop, and waits for it. */
  stop(): Promise<void>
}

export interface TurnsOf {
  /** So much is done at once; the rest waits its turn. */
  readonly atOnce: number
  /** What a line of the log calls it. */
  readonly what: 'snapshot' | 'export'
  /** Works at it until there is nothing more to do; `stop` aborts it. */
  work(id: string, stop: AbortSignal): Promise<void>
  readonly log: Log
}

/** Work of this process that outlives the requests for it. */
export function inTurns({ atOnce, what, work, log }: TurnsOf): Turns {
  const waiting = new Set<string>()
  const working = new Map<string, Promise<void>>()
  const stopping = new AbortController()
  const takeUp = () => {
    for (const id of waiting) {
      if (working.size >= atOnce || stopping.signal.aborted) return
      waiting.delete(id)
      const done = work(id, stopping.signal)
        .catch((cause: unknown) => {
          if (!stopping.signal.aborted) log({ [what]: id, code: 'internal', cause })
        })
        .finally(() => {
          working.delete(id)
          takeUp()
        })
      working.set(id, done)
    }
  }
  return {
    async start(id) {
      if (working.has(id)) return
      waiting.add(id)
      takeUp()
    },
    isWorkingAt: (id) => working.has(id),
    async stop() {
      stopping.abort()
      await Promise.all(working.values())
    },
  }
}
