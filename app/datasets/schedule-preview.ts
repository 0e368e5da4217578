import { Cron } from 'croner'
import cronstrue from 'cronstrue'

/** When snapshots are to be taken, as it stands in the form. */
export type Times =
  | { readonly by: 'cron'; readonly cron: string; readonly timeZone: string }
  | { readonly by: 'every'; readonly every: string; readonly timeZone: string }
  | { readonly by: 'at'; readonly at: string; readonly timeZone: string }

export interface Preview {
  readonly words: string
  /** At most five, in the order of time. */
  readonly next: readonly Date[]
  readonly warnings: readonly string[]
}

/** What times mean, before they are saved. Throws where they mean nothing. */
export function previewTimes(times: Times, now = new Date()): Preview {
  const { timeZone } = times
  if (times.by === 'cron') {
    const cron = new Cron(times.cron, { timezone: timeZone, mode: '5-part', paused: true })
    const words = cronstrue.toString(times.cron, { use24HourTimeFormat: true, verbose: true })
    return { words, next: cron.nextRuns(5, now), warnings: clockWarnings(times.cron, timeZone, now) }
  }
  if (times.by === 'every') {
    const ms = readInterval(times.every)
    const next = Array.from({ length: 5 }, (_, i) => new Date(now.getTime() + ms * (i + 1)))
    return { words: `Every ${times.every}, from when it is saved`, next, warnings: [] }
  }
  const at = new Cron(times.at, { timezone: timeZone, paused: true }).nextRun(now)
  return { words: 'Once', next: at ? [at] : [], warnings: at ? [] : ['That time is over.'] }
}

const unitsMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
const names: Readonly<Record<string, string>> = { hourly: '1h', daily: '1d', weekly: '1w' }

function readInterval(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,3})([mhdw])$/.exec(names[text] ?? text) ?? []
  if (count === undefined) throw new Error('It must be like 15m, 2h, 1d or 1w.')
  return Number(count) * unitsMs[unit as keyof typeof unitsMs]
}

/** Times of day that a clock skips or has twice lie between one and three at night, in every zone that turns its clock. */
function clockWarnings(cron: string, timeZone: string, now: Date): readonly string[] {
  const hours = cron.trim().split(/\s+/)[1] ?? '*'
  if (!/^\d+(,\d+)*$/.test(hours) || !hours.split(',').some((hour) => Number(hour) >= 1 && Number(hour) <= 3)) return []
  const days = turns(timeZone, now)
  if (days.length === 0) return []
  return [
    `The clock of ${timeZone} is turned on ${days.join(' and ')}: a time between 1:00 and 3:59 may come not at all that night, or twice.`,
  ]
}

/** The days of the coming year on which the offset of a zone changes. */
function turns(timeZone: string, now: Date): readonly string[] {
  const offset = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  const day = new Intl.DateTimeFormat('en-CA', { timeZone })
  const offsetAt = (ms: number) => offset.format(new Date(ms)).split(', ')[1]
  const found: string[] = []
  const begin = Math.floor(now.getTime() / 86_400_000) * 86_400_000
  for (let i = 0; i < 366; i++) {
    const ms = begin + i * 86_400_000
    if (offsetAt(ms) !== offsetAt(ms + 86_400_000)) found.push(day.format(new Date(ms + 43_200_000)))
  }
  return found
}
