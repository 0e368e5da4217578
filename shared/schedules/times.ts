import { Cron } from 'croner'
import type { ScheduleTimes } from '../domain/schedule.ts'
import { offsetAt } from '../domain/zone.ts'

/**
 * What a schedule means before any clock jumps: instants, counted as they pass, or times on the wall. `next` gives the
 * first one after another, milliseconds since 1970; undefined where there is none any more. `isHourly`: every hour has
 * its times, so that hours are taken as they pass and not by what the wall shows.
 */
export type Times =
  | { readonly of: 'instants'; next(after: number): number | undefined }
  | { readonly of: 'wall'; readonly isHourly: boolean; next(after: number): number | undefined }

const minuteMs = 60_000
const periods = { m: minuteMs, h: 60 * minuteMs, d: 24 * 60 * minuteMs, w: 7 * 24 * 60 * minuteMs } as const
const words: Readonly<Record<string, string>> = { hourly: '1h', daily: '1d', weekly: '1w' }

/** `every` as a number and its unit: `daily` is 1 and d. */
export function readEvery(every: string): { readonly count: number; readonly unit: keyof typeof periods } {
  const [, count, unit] = /^(\d+)([mhdw])$/.exec(words[every] ?? every)!
  return { count: Number(count), unit: unit as keyof typeof periods }
}

/** The times of a valid schedule. */
export function timesOf({ every, cron, at, from, timeZone }: ScheduleTimes): Times {
  if (at !== undefined) return once(at)
  if (cron !== undefined) return wallOf(cron)
  const { count, unit } = readEvery(every!)
  const first = Date.parse(from!)
  const isByTheWall = unit === 'd' || unit === 'w'
  const next = steps(isByTheWall ? first + offsetAt(timeZone, first) : first, count * periods[unit])
  return isByTheWall ? { of: 'wall', isHourly: false, next } : { of: 'instants', next }
}

const steps = (first: number, period: number) => (after: number) =>
  after < first ? first : first + (Math.floor((after - first) / period) + 1) * period

function once(at: string): Times {
  const hasOffset = /(Z|[+-]\d\d:\d\d)$/.test(at)
  const time = Date.parse(hasOffset ? at : `${at}Z`)
  const next = (after: number) => (after < time ? time : undefined)
  return hasOffset ? { of: 'instants', next } : { of: 'wall', isHourly: false, next }
}

/** croner knows the pattern; of clocks that jump it is told nothing. */
function wallOf(pattern: string): Times {
  const cron = parseCron(pattern)
  return {
    of: 'wall',
    isHourly: /^\S+\s+\*\s/.test(pattern),
    next: (after) => cron.nextRun(new Date(after))?.getTime(),
  }
}

/** Throws where it is no pattern. */
export const parseCron = (pattern: string): Cron => new Cron(pattern, { timezone: 'UTC', mode: '5-part' })
