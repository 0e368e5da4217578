import { randomUUID } from 'node:crypto'
import type { View } from '../connectors/kind.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { Claim, HoldingWork, ViewRecord } from '../domain/work.ts'
import type { Entry } from '../ports/catalog.ts'
import type { World } from '../ports/index.ts'
import { viewsOf, workExpires } from '../ports/work-records.ts'
import { selectionOf } from './open-datasource.ts'
import { openLeased } from './open-leased.ts'
import type { Pace } from './pace.ts'
import { findPlanHead } from './plan-snapshot.ts'
import { findSnapshot, isAlive, isHeld, toldFault } from './run-record.ts'
import { claimsOf, findTogether } from './together.ts'

export interface Holding {
  readonly signal: AbortSignal
  readonly pace: Pace
  /** Has another holder relieve this one once `relief` is aborted. */
  readonly relief?: { readonly due: AbortSignal; start(work: HoldingWork): Promise<void> }
}

/**
 * Holds the one moment of an attempt, until its partitions are read, the attempt is given up, or another holder has
 * taken the moment over. The record of the view is made once: an attempt never has two moments. What is lost is lost.
 */
export async function holdView(
  world: World<{ catalog: 'write'; sources: 'open' }>,
  { claim, relieves }: HoldingWork,
  { signal, pace, relief }: Holding,
): Promise<void> {
  const { clock, heartbeatMs, staleMs } = pace
  const { datasource } = await findPlanHead(world, claim)
  const others = await selectionsBeside(world, claim)
  const holder = randomUUID()
  const before = await findView(world, claim)
  if (before !== undefined && before.value.state !== 'held') return
  if (before && before.value.holder !== relieves && clock.now() - before.value.seen < staleMs) return
  const set = (before: Entry<ViewRecord> | undefined, more: Partial<ViewRecord>) =>
    setView(world, claim, before, { holder, seen: clock.now(), ...more })

  let begun = before?.value.begun
  let opened: Awaited<ReturnType<typeof openLeased>> | undefined
  let own: Entry<ViewRecord> | undefined
  try {
    let view: View | null | undefined
    try {
      opened = await openLeased(world, datasource, { signal, pace, holds: before ? 'relief' : 'view' })
      begun ??= clock.now()
      view = await opened.connection.hold?.([opened.selection, ...others], before?.value.token)
    } catch (thrown) {
      // who is to be relieved may have gone on: what it has is not ours to give up
      if (before === undefined) await set(before, { state: 'failed', error: toldFault(thrown) })
      else if (isFault(thrown, 'source-changed')) await set(before, { state: 'over' })
      else throw thrown
      return
    }
    if (view === null || view === undefined) return void (await set(before, { state: 'none' }))
    own = await takeOver(world, claim, before, { holder, seen: clock.now(), state: 'held', token: view.token, begun })
    const until = AbortSignal.any([signal, opened.signal])
    for (let asked = 0; own !== undefined && (await isWanted(world, claim, pace)); ) {
      await clock.sleep(heartbeatMs, until)
      await view.check()
      // who was asked may have died
      if (relief?.due.aborted && clock.now() - asked > 2 * staleMs) {
        asked = clock.now()
        await relief.start({ claim, relieves: holder })
      }
      const found = await findView(world, claim)
      own =
        found?.value.holder === holder && found.value.state === 'held' ? ((await set(found, {})) ?? found) : undefined
    }
  } catch (thrown) {
    if (!isFault(thrown, 'source-changed') && !signal.aborted) throw thrown
  } finally {
    // nobody need find out by trying
    if (own !== undefined) await giveUp(world, claim, holder, clock.now())
    await opened?.close()
  }
}

/** What those select that are read by the same view, besides the one whose claim it is. */
async function selectionsBeside(world: World<{ catalog: 'read'; sources: 'know' }>, claim: Claim): Promise<unknown[]> {
  if (claim.first === undefined) return []
  const claims = claimsOf(await findTogether(world, claim.snapshot))
  const plans = await Promise.all(claims.slice(1).map(({ snapshot }) => findPlanHead(world, { ...claim, snapshot })))
  return plans.map(({ datasource }) => selectionOf(world, datasource))
}

/** The view's entry once it is this holder's; undefined where somebody else has it, or it is lost. */
async function takeOver(
  world: World<{ catalog: 'write' }>,
  claim: Claim,
  before: Entry<ViewRecord> | undefined,
  value: Parameters<typeof setView>[3],
): Promise<Entry<ViewRecord> | undefined> {
  if (before === undefined) return await setView(world, claim, before, value)
  for (;;) {
    // who is relieved shows signs of life meanwhile
    const found = await findView(world, claim)
    if (found?.value.state !== 'held' || found.value.holder !== before.value.holder) return undefined
    const own = await setView(world, claim, found, value)
    if (own !== undefined) return own
  }
}

/** Whether others work at the attempt: a holder alone is no life, and shows none. */
async function isWanted(world: World<{ catalog: 'read' }>, claim: Claim, { clock, staleMs }: Pace): Promise<boolean> {
  const { value } = await findSnapshot(world, claim.snapshot)
  return isHeld(value, claim.attempt) && !value.cancelRequested && isAlive(value, clock.now(), 4 * staleMs)
}

/**
 * Waits until the attempt has its view, or it is known that there is none. Faults: source-changed where it is lost
 * already, that with which holding it failed, source-timeout.
 */
export async function awaitView(
  world: World<{ catalog: 'read' }>,
  claim: Claim,
  { signal, pace: { clock, staleMs, patienceMs } }: { readonly signal: AbortSignal; readonly pace: Pace },
): Promise<'held' | 'none'> {
  for (const begun = clock.now(); clock.now() - begun < patienceMs; ) {
    const view = (await findView(world, claim))?.value
    if (view?.state === 'none') return 'none'
    if (view?.state === 'held' && clock.now() - view.seen < staleMs) return 'held'
    if (view?.state === 'over') throw lost()
    if (view?.state === 'failed')
      throw new Fault(view.error!.code, view.error!.detail, view.error!.hint === null ? {} : { hint: view.error!.hint })
    await clock.sleep(50, signal)
  }
  throw new Fault('source-timeout', 'Nobody has come to hold the moment that is read.')
}

/** When the moment of an attempt began to be held, milliseconds since 1970. Fault internal where it never was. */
export async function momentOf(world: World<{ catalog: 'read' }>, claim: Claim): Promise<number> {
  const begun = (await findView(world, claim))?.value.begun
  if (begun !== undefined) return begun
  throw new Fault('internal', 'Nobody knows of which moment it is.')
}

/** Lets the holder go: nobody reads by the view any more. */
export async function endView(world: World<{ catalog: 'write' }>, claim: Claim, nowMs: number): Promise<void> {
  const found = await findView(world, claim)
  if (found?.value.state === 'held') await giveUp(world, claim, found.value.holder, nowMs)
}

async function giveUp(world: World<{ catalog: 'write' }>, claim: Claim, holder: string, seen: number): Promise<void> {
  try {
    const found = await findView(world, claim)
    if (found?.value.holder === holder && found.value.state === 'held')
      await setView(world, claim, found, { holder, seen, state: 'over' })
  } catch {
    // it is found out by trying
  }
}

const findView = ({ catalog }: World<{ catalog: 'read' }>, claim: Claim) => catalog.get(viewsOf(claim), 'view')

/** The view's new entry; undefined where somebody was faster. */
async function setView(
  { catalog }: World<{ catalog: 'write' }>,
  claim: Claim,
  before: Entry<ViewRecord> | undefined,
  more: Partial<ViewRecord> & Pick<ViewRecord, 'holder' | 'seen'>,
): Promise<Entry<ViewRecord> | undefined> {
  const value: ViewRecord = { ...(before?.value ?? { state: 'held', token: null, error: null }), ...more }
  const at = { id: 'view', value, expires: workExpires() }
  try {
    await catalog.write([
      before ? { replace: viewsOf(claim), ...at, revision: before.revision } : { create: viewsOf(claim), ...at },
    ])
    return { id: 'view', value, revision: (before?.revision ?? 0) + 1 }
  } catch (thrown) {
    if (isFault(thrown, 'conflict') || isFault(thrown, 'precondition-failed')) return undefined
    throw thrown
  }
}

const lost = () => new Fault('source-changed', 'The moment that was read is over at the source.')
