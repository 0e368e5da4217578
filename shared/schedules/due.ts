import type { ScheduleTimes } from '../domain/schedule.ts'
import { type Steady, steadyFrom } from '../domain/zone.ts'
import { type Times, timesOf } from './times.ts'

const hourMs = 60 * 60 * 1000

/** Clocks have never been put back by more, so that what is shown twice lies within. */
const widestMs = 26 * hourMs

/**
 * The instants at which a schedule is due after another one, in order, each once. Where a clock jumps:
 *
 * - forward: what the wall does not show is due at the moment of the jump, once;
 * - back: what the wall shows twice is due the first time only;
 * - a pattern with times in every hour (`15 * * * *`) is due in every hour that passes, where the jump is of whole hours.
 */
export function* dueAfter(schedule: ScheduleTimes, after: number): Generator<number> {
  const times = timesOf(schedule)
  if (times.of === 'instants') {
    for (let due = times.next(after); due !== undefined; due = times.next(due)) yield due
    return
  }
  let last = after
  for (const steady of steadyFrom(schedule.timeZone, after - widestMs)) {
    if (times.next(steady.begin + Math.min(steady.offset, steady.before) - 1) === undefined) return
    for (const due of dueWithin(times, steady, last)) {
      if (due <= last) continue
      last = due
      yield due
    }
  }
}

type Wall = Extract<Times, { of: 'wall' }>

/** What is due within a stretch; of what is not after `last` some may be left out. */
function* dueWithin(times: Wall, steady: Steady, last: number): Generator<number> {
  const { begin, end, offset, before } = steady
  const jump = jumpOf(times, steady)
  if (jump === 'skips') yield begin
  // what was shown before the clock was put back has been due already
  const first = jump === 'repeats' ? begin + before : begin + offset
  let wall = times.next(Math.max(first - 1, last + offset))
  for (; wall !== undefined && wall - offset < end; wall = times.next(wall)) yield wall - offset
}

/** What the jump at the beginning does to these times: it skips some, shows the hours before again, or neither counts. */
function jumpOf(times: Wall, { begin, offset, before }: Steady): 'skips' | 'repeats' | 'none' {
  if (times.isHourly && (offset - before) % hourMs === 0) return 'none'
  if (offset < before) return 'repeats'
  const skipped = times.next(begin + before - 1)
  return skipped !== undefined && skipped < begin + offset ? 'skips' : 'none'
}

/** The next instants at which it is due. */
export function nextDue(schedule: ScheduleTimes, after: number, count: number): readonly number[] {
  const next: number[] = []
  for (const due of dueAfter(schedule, after)) {
    next.push(due)
    if (next.length === count) break
  }
  return next
}

/** A jump of the clock that moves what is due. `from` and `to`: what the wall shows before and after it. */
export interface Jump {
  readonly is: 'skips' | 'repeats'
  readonly from: number
  readonly to: number
}

/** The jumps of about the next year that move what is due. */
export function jumpsAhead(schedule: ScheduleTimes, after: number): readonly Jump[] {
  const times = timesOf(schedule)
  if (times.of === 'instants') return []
  const jumps: Jump[] = []
  for (const steady of steadyFrom(schedule.timeZone, after)) {
    if (steady.begin > after + 366 * 24 * hourMs) break
    const is = jumpOf(times, steady)
    const [from, to] = [steady.begin + steady.before, steady.begin + steady.offset]
    if (is === 'none') continue
    const repeated = is === 'repeats' ? times.next(to - 1) : undefined
    if (is === 'skips' || (repeated !== undefined && repeated < from)) jumps.push({ is, from, to })
  }
  return jumps
}
