import cronstrue from 'cronstrue'
import type { ScheduleTimes } from '../domain/schedule.ts'
import { toLocal } from '../domain/zone.ts'
import { type Jump, jumpsAhead } from './due.ts'
import { readEvery } from './times.ts'

const units = { m: 'minute', h: 'hour', d: 'day', w: 'week' } as const

/** A schedule as a sentence. */
export function inWords({ every, cron, at, from, timeZone }: ScheduleTimes): string {
  if (at !== undefined) return `Once, at ${at.replace('T', ' ')}${/(Z|[+-]\d\d:\d\d)$/.test(at) ? '' : ` ${timeZone}`}.`
  if (cron !== undefined) return `${cronstrue.toString(cron, { use24HourTimeFormat: true })}, ${timeZone}.`
  const { count, unit } = readEvery(every!)
  const period = count === 1 ? `Every ${units[unit]}` : `Every ${count} ${units[unit]}s`
  const first = toLocal(timeZone, Date.parse(from!))
  const day = unit === 'w' ? ` on ${weekdays[new Date(`${first.slice(0, 10)}T00:00Z`).getUTCDay()]}` : ''
  return unit === 'd' || unit === 'w'
    ? `${period}${day} at ${first.slice(11, 16)}, ${timeZone}.`
    : `${period}, counted from ${first}.`
}

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** What the jumps of the zone's clock do to it within a year, a sentence each. */
export const clockWarnings = (times: ScheduleTimes, after: number): readonly string[] =>
  jumpsAhead(times, after).map((jump) => warning(jump, times.timeZone))

function warning({ is, from, to }: Jump, timeZone: string): string {
  const [early, late] = from < to ? [from, to] : [to, from]
  const [date, begin] = [shown(early).slice(0, 10), shown(early).slice(11)]
  const end = shown(late).slice(0, 10) === date ? shown(late).slice(11) : shown(late)
  return is === 'skips'
    ? `On ${date} the clocks of ${timeZone} jump from ${begin} to ${end}: what is due between is taken once, at the jump.`
    : `On ${date} the clocks of ${timeZone} show ${begin} to ${end} twice: what is due then is taken the first time only.`
}

const shown = (wall: number): string => new Date(wall).toISOString().slice(0, 16).replace('T', ' ')
