import { Fault } from '../domain/faults.ts'
import type { ScheduleTimes } from '../domain/schedule.ts'
import { nextDue } from './due.ts'
import { parseCron, readEvery } from './times.ts'

/** Between two times of a schedule lie at least so many minutes. */
export const minutesApart = 5

/** So many times ahead are looked at for two that are too close. */
const lookedAt = 100

/** Whether the times are ones that a schedule may have. Fault invalid-request, which says where. */
export function checkTimes(times: ScheduleTimes, now: number): void {
  const given = (['every', 'cron', 'at'] as const).filter((field) => times[field] !== undefined)
  if (given.length !== 1)
    throw new Fault('invalid-request', 'A schedule has exactly one of every, cron and at.', {
      hint: 'For none at all delete the schedule, or pause it.',
      errors: [{ pointer: '/body', detail: given.length === 0 ? 'has none of them' : `has ${given.join(' and ')}` }],
    })
  if (times.cron !== undefined) checkCron(times.cron)
  if (times.from !== undefined && times.every === undefined)
    throw wrong('/body/from', 'is for every alone', 'Only what is counted has a beginning.')
  if (times.at !== undefined && Number.isNaN(Date.parse(times.at)))
    throw wrong('/body/at', 'is no date and time', 'Write it like 2026-03-29T02:30.')
  const first = nextDue(times, now, times.at === undefined ? lookedAt : 1)
  if (first.length === 0)
    throw wrong(`/body/${given[0]}`, 'never comes', times.at ? 'That time is over.' : 'There is no such date.')
  const { every } = times
  const isTooOften = every !== undefined && readEvery(every).unit === 'm' && readEvery(every).count < minutesApart
  if (
    isTooOften ||
    first.some((due, i) => i > 0 && due - first[i - 1]! < minutesApart * 60_000 && !isDayCounted(every))
  )
    throw wrong(`/body/${given[0]}`, `comes more often than every ${minutesApart} minutes`, 'Take it less often.')
}

/** Days and weeks are never too close, whatever a clock does at the jump. */
const isDayCounted = (every: string | undefined): boolean => every !== undefined && /[dw]|daily|weekly/.test(every)

const weekdays = 'MON|TUE|WED|THU|FRI|SAT|SUN'
const weekday = new RegExp(
  `^[*?]$|^(${weekdays})([-#]((?<=-)(${weekdays})|(?<=#)[1-5]))?(,(${weekdays})(-(${weekdays}))?)*$`,
  'i',
)

function checkCron(pattern: string): void {
  const fields = pattern.split(/\s+/)
  if (fields.length !== 5)
    throw wrong('/body/cron', `has ${fields.length} fields`, 'Five are needed: minute, hour, day, month, weekday.')
  const [, , day, , ofWeek] = fields as [string, string, string, string, string]
  if (!weekday.test(ofWeek))
    throw wrong('/body/cron', 'has a weekday that is no name', 'Write MON-FRI: numbers mean other days elsewhere.')
  if (!/^[*?]$/.test(day) && !/^[*?]$/.test(ofWeek))
    throw wrong('/body/cron', 'has both a day of the month and a weekday', 'Write * for one of them.')
  if (!/^[\d*/,L?-]+$/.test(day)) throw wrong('/body/cron', 'has a day that is not read here', 'Write numbers, or L.')
  try {
    parseCron(pattern)
  } catch (cause) {
    throw new Fault('invalid-request', 'That is no pattern of times.', {
      hint: 'Write it like `30 2 * * MON-FRI`: minute, hour, day of the month, month, weekday.',
      errors: [{ pointer: '/body/cron', detail: (cause as Error).message.slice(0, 200) }],
      cause,
    })
  }
}

const wrong = (pointer: string, detail: string, hint: string): Fault =>
  new Fault('invalid-request', 'Such a schedule cannot be kept.', { hint, errors: [{ pointer, detail }] })
