import { randomUUID } from 'node:crypto'
import type { ConnectorRecord } from '../domain/connector.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { LeaseRecord } from '../domain/work.ts'
import type { Entry } from '../ports/catalog.ts'
import type { World } from '../ports/index.ts'
import { leasesOf, workExpires } from '../ports/work-records.ts'
import type { Pace } from './pace.ts'

/** The right to one connection of a connector. */
export interface Lease {
  /** Aborted when the lease is lost, a moment before somebody else can have it: whoever has it must be gone by then. */
  readonly lost: AbortSignal
  /** Gives it back. May be called twice. */
  release(): Promise<void>
}

export interface Leasing {
  readonly signal: AbortSignal
  readonly pace: Pick<Pace, 'clock' | 'leaseMs' | 'patienceMs'>
  /** Who has a lower one waits while one waits who has a higher. 0 where it is left out. */
  readonly priority?: number | undefined
  /** It is to hold a view: the first holder of one, or one that relieves another. */
  readonly holds?: 'view' | 'relief' | undefined
}

/** That of a view, which others wait for: higher than any datasource's. */
const viewPriority = 1000

const waitMs = 100

/**
 * Waits for one of the connections that the connector's budget allows: slots in the catalog, each with the instant at
 * which it is free again, so that who dies gives its slot back. Each change of a slot is bound to its revision: two never
 * have the same one. Views never have all of them, since each waits for connections that read by it; but for a moment, while
 * one holder relieves another. Fault busy where none is free for so long that nobody would wait longer.
 */
export async function leaseConnection(
  { catalog }: World<{ catalog: 'write' }>,
  { uid, budget }: Pick<ConnectorRecord, 'uid' | 'budget'>,
  { signal, pace: { clock, leaseMs, patienceMs }, holds, priority: asked = 0 }: Leasing,
): Promise<Lease> {
  const leases = leasesOf(uid)
  const holder = randomUUID()
  const priority = holds === undefined ? asked : viewPriority
  const head = `head ${priority}`
  const begun = clock.now()

  /** The slot's new revision; undefined where somebody was faster. */
  const write = async (id: string, before: Entry<LeaseRecord> | undefined, until: number) => {
    try {
      const value: LeaseRecord = { holder, until, ...(id === head ? { priority } : holds && { isView: true }) }
      const at = { id, value, expires: workExpires() }
      await catalog.write([
        before === undefined ? { create: leases, ...at } : { replace: leases, ...at, revision: before.revision },
      ])
      return { id, revision: (before?.revision ?? 0) + 1, value }
    } catch (thrown) {
      if (isFault(thrown, 'conflict') || isFault(thrown, 'precondition-failed')) return undefined
      throw thrown
    }
  }

  const list = async () => (await catalog.list(leases, { limit: 1000 })).entries
  /** Whether one more view would leave nothing to those who read. */
  const isOneTooMany = (entries: readonly Entry<LeaseRecord>[]) =>
    entries.filter(({ value }) => value.isView && value.holder !== holder && value.until > clock.now()).length >=
    budget - 1

  const take = async (): Promise<Entry<LeaseRecord> | undefined> => {
    const entries = await list()
    // and says nothing, so that those go on who read by the others
    if (holds === 'view' && isOneTooMany(entries)) return undefined
    const known = new Map(entries.map((entry) => [entry.id, entry]))
    const now = clock.now()
    const waits = ({ value }: Entry<LeaseRecord>) => value.until > now
    const ahead = known.get(head)
    const isMine = ahead?.value.holder === holder
    if (!entries.some((entry) => (entry.value.priority ?? priority) > priority && waits(entry)))
      for (let slot = 0; slot < budget; slot++) {
        const id = String(slot).padStart(2, '0')
        const found = known.get(id)
        const isOurs = found?.value.holder === holder // a write that was told as failed had been made
        if (found !== undefined && found.value.until > now && !isOurs) continue
        const taken = await write(id, found, now + leaseMs)
        if (taken === undefined) continue
        // of two that come at once, one sees the other here, if not both
        if (holds === 'view' && isOneTooMany(await list())) {
          await write(id, taken, 0)
          return undefined
        }
        // whoever waits beside us has a moment to say so
        if (isMine) await write(head, ahead, now + 2 * waitMs)
        return taken
      }
    if (ahead === undefined || !waits(ahead) || (isMine && ahead.value.until - now < leaseMs / 2))
      await write(head, ahead, now + leaseMs)
    return undefined
  }

  const tryTaking = () =>
    take().catch((thrown) => {
      if (isFault(thrown, 'busy')) return undefined
      throw thrown
    })
  let held = await tryTaking()
  while (held === undefined) {
    if (clock.now() - begun > patienceMs)
      throw new Fault('busy', 'All connections that the connector may have are in use.', {
        hint: 'Try again later, or allow it more at once.',
        retryAfter: 30,
      })
    await clock.sleep(waitMs, signal)
    held = await tryTaking()
  }

  const lost = new AbortController()
  const over = new AbortController()
  /** The slot renewed; the entry as it was where that was not possible just now, undefined where it is lost. */
  const renewed = async (entry: Entry<LeaseRecord>) => {
    try {
      const next = await write(entry.id, entry, clock.now() + leaseMs)
      if (next !== undefined) return next
      const found = await catalog.get(leases, entry.id)
      return found?.value.holder === holder ? found : undefined
    } catch {
      return entry
    }
  }
  const renew = async () => {
    // gone before it is over: also where the catalog cannot be reached
    for (let entry: typeof held = held; entry && clock.now() < entry.value.until - leaseMs / 4; ) {
      held = entry
      await clock.sleep(leaseMs / 4, over.signal)
      entry = await renewed(entry)
    }
    lost.abort(new Fault('source-timeout', 'The right to the connection was lost.'))
  }
  const renewing = renew().catch(() => {})
  return {
    lost: lost.signal,
    async release() {
      if (over.signal.aborted) return
      over.abort('released')
      await renewing
      if (!lost.signal.aborted) await write(held!.id, held, 0).catch(() => {})
    },
  }
}
