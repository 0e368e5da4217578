/* A process that works at one snapshot, and may be told to kill itself at the nth time that it comes by a place. */

import type { Clock } from '../../shared/snapshots/pace.ts'
import { steadyPace } from '../../shared/snapshots/pace.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { type LedgerAt, ledgerWorld } from './ledger-world.ts'

export interface ChildWork {
  readonly at: LedgerAt
  readonly id: string
  /** Where it kills itself, and at which time that it comes there. */
  readonly dies: { readonly place: string; readonly time: number } | null
}

const { at, id, dies } = JSON.parse(process.argv[2]!) as ChildWork
const seen = new Map<string, number>()

/** Every call of a store is a place before it and a place after it. */
function pass(place: string): void {
  seen.set(place, (seen.get(place) ?? 0) + 1)
  if (dies?.place === place && seen.get(place) === dies.time) process.kill(process.pid, 'SIGKILL')
}

const around =
  <A extends unknown[], R>(nameOf: (...of: A) => string, call: (...of: A) => Promise<R>) =>
  async (...of: A): Promise<R> => {
    const name = nameOf(...of)
    pass(`before ${name}`)
    const result = await call(...of)
    pass(`after ${name}`)
    return result
  }

const world = ledgerWorld(at)
const write = around(
  ([first]) => {
    const { path } = 'create' in first! ? first.create : 'replace' in first! ? first.replace : first!.delete
    return `write ${path.split('/').at(-1)}`
  },
  (changes: Parameters<typeof world.catalog.write>[0]) => world.catalog.write(changes),
)
const put = around(
  (key) => `put ${key.includes('/manifest-') ? 'manifest' : 'part'}`,
  (...of: Parameters<typeof world.objects.put>) => world.objects.put(...of),
)
const spoiled = {
  ...world,
  catalog: { ...world.catalog, write },
  objects: { ...world.objects, put },
}
const clock: Clock = steadyPace.clock
const pace = { ...steadyPace, clock, heartbeatMs: 50, staleMs: 250, leaseMs: 400, attempts: 50, tries: 50 }
const { outcome } = await takeSnapshot(spoiled, id, new AbortController().signal, pace)
world.close()
console.log(JSON.stringify({ outcome, places: [...seen] }))
