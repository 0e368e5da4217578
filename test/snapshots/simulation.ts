import { setImmediate } from 'node:timers/promises'
import { Fault } from '../../shared/domain/faults.ts'
import type { CatalogWriter } from '../../shared/ports/catalog.ts'
import type { ObjectWriter } from '../../shared/ports/objects.ts'
import type { Sources } from '../../shared/ports/sources.ts'
import type { Clock } from '../../shared/snapshots/pace.ts'

/** Numbers from 0 (inclusive) to 1 (exclusive), the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** How likely a call of a worker goes wrong: it dies before or after, or it is told of a failure before or after. */
export interface Trouble {
  readonly death: number
  readonly failure: number
}

interface Waiting {
  readonly actor: Actor
  readonly go: () => void
  /** Of a sleep: when it ends. */
  readonly wake?: number
}

/** Who calls: one that has died gets no answer any more. */
export interface Actor {
  readonly name: string
  trouble: Trouble
  dead: boolean
  /** What its death ends: connections, and the waiting of who has started it. */
  readonly onDeath: (() => void)[]
}

export interface Ports {
  readonly catalog: CatalogWriter
  readonly objects: ObjectWriter
  readonly sources: Sources
}

/**
 * Runs actors that share ports in an order drawn from a seed: each call of a port waits for its turn, and one turn is
 * given at a time. Nothing in between may wait for anything but ports and the clock.
 */
export function newSimulation(seed: number) {
  const random = randomOf(seed)
  const waiting: Waiting[] = []
  const failures: unknown[] = []
  let now = Date.parse('2026-01-01T00:00:00Z')

  const turn = (actor: Actor, wake?: number) =>
    new Promise<void>((go) => waiting.push({ actor, go, ...(wake !== undefined && { wake }) }))

  const call = async <T>(actor: Actor, run: () => Promise<T>): Promise<T> => {
    await turn(actor)
    const drawn = random()
    const { death, failure } = actor.trouble
    if (drawn < death) return die(actor)
    if (drawn < death + failure) throw new Fault('busy', 'Simulated, before.')
    const result = await run()
    if (drawn < 2 * death + failure) return die(actor)
    if (drawn < 2 * death + 2 * failure) throw new Fault('busy', 'Simulated, after.')
    return result
  }

  const clockOf = (actor: Actor): Clock => ({
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const onAbort = () => {
          const at = waiting.indexOf(entry)
          if (at >= 0) waiting.splice(at, 1)
          reject(signal.reason)
        }
        const entry: Waiting = {
          actor,
          wake: now + ms,
          go() {
            signal.removeEventListener('abort', onAbort)
            resolve()
          },
        }
        waiting.push(entry)
        signal.addEventListener('abort', onAbort)
      }),
  })

  return {
    random,
    clockOf,
    now: () => now,
    /** The ports as an actor sees them. */
    portsOf(actor: Actor, { catalog, objects, sources }: Ports): Ports {
      const part = (run: () => Promise<unknown>) => call(actor, run) as Promise<never>
      return {
        catalog: {
          get: (collection, id) => part(() => catalog.get(collection, id)),
          list: (collection, page) => part(() => catalog.list(collection, page)),
          write: (changes) => part(() => catalog.write(changes)),
        },
        objects: {
          head: (key) => part(() => objects.head(key)),
          get: (key, range) => part(() => objects.get(key, range)),
          list: (prefix, page) => part(() => objects.list(prefix, page)),
          link: (key, options) => part(() => objects.link(key, options)),
          async put(key, bytes, options) {
            const chunks: Uint8Array[] = []
            if (bytes instanceof Uint8Array) chunks.push(bytes)
            else for await (const chunk of bytes) chunks.push(Uint8Array.from(chunk))
            return part(() => objects.put(key, Buffer.concat(chunks), options))
          },
          copy: (from, to, options) => part(() => objects.copy(from, to, options)),
          delete: (key) => part(() => objects.delete(key)),
        },
        sources: {
          ...sources,
          open: (name, signal) =>
            part(async () => {
              const opened = await sources.open(name, signal)
              actor.onDeath.push(() => void opened.connection.close())
              return opened
            }),
        },
      }
    },
    /** Starts an actor. What it throws fails the simulation. */
    start(name: string, trouble: Trouble, run: (actor: Actor) => Promise<void>): void {
      const actor: Actor = { name, trouble, dead: false, onDeath: [] }
      turn(actor)
        .then(() => run(actor))
        .catch((thrown) => failures.push(thrown))
    },
    /** As `start`, for who waits for what it comes to: fault busy where it dies. */
    ask(name: string, trouble: Trouble, run: (actor: Actor) => Promise<void>): Promise<void> {
      return new Promise((resolve, reject) => {
        const actor: Actor = { name, trouble, dead: false, onDeath: [] }
        actor.onDeath.push(() => reject(new Fault('busy', 'Its worker died.')))
        turn(actor)
          .then(() => run(actor))
          .then(resolve, reject)
      })
    },
    /** A turn that does nothing: where other work may come in between. */
    turn,
    /** Gives turns until nobody wants one. Throws what the first failed actor threw. */
    async drive(): Promise<void> {
      for (let turns = 0; ; turns++) {
        await setImmediate()
        if (failures.length > 0) throw failures[0]
        if (waiting.length === 0) return
        if (turns > 50_000) throw new Error(`No end in sight: ${waiting.map(({ actor }) => actor.name).join(', ')}`)
        const [next] = waiting.splice(Math.floor(random() * waiting.length), 1)
        if (next!.actor.dead) continue
        if (next!.wake !== undefined) now = Math.max(now, next!.wake)
        next!.go()
      }
    },
  }
}

export type Simulation = ReturnType<typeof newSimulation>

const quiet: Trouble = { death: 0, failure: 0 }

export { quiet }

function die(actor: Actor): Promise<never> {
  actor.dead = true
  for (const end of actor.onDeath) end()
  return new Promise(() => {})
}
