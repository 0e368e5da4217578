import { describe, expect, it } from 'vitest'
import type { ScheduleTimes } from '../../shared/domain/schedule.ts'
import { dueAfter, nextDue } from '../../shared/schedules/due.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** Zones and the days of 2026 and 2027 on which their clocks jump, as the IANA database tells them. */
const zones: Readonly<Record<string, readonly [string, string]>> = {
  'Europe/Berlin': ['2026-03-29', '2026-10-25'],
  'Europe/London': ['2026-03-29', '2026-10-25'],
  'Europe/Athens': ['2026-03-29', '2026-10-25'],
  'Europe/Lisbon': ['2026-03-29', '2026-10-25'],
  'Europe/Chisinau': ['2026-03-29', '2026-10-25'],
  'Atlantic/Azores': ['2026-03-29', '2026-10-25'],
  'America/New_York': ['2026-03-08', '2026-11-01'],
  'America/Chicago': ['2026-03-08', '2026-11-01'],
  'America/Los_Angeles': ['2026-03-08', '2026-11-01'],
  'America/St_Johns': ['2026-03-08', '2026-11-01'],
  'America/Havana': ['2026-03-08', '2026-11-01'],
  'America/Santiago': ['2026-04-05', '2026-09-06'],
  'America/Asuncion': ['2024-03-24', '2024-10-06'],
  'America/Godthab': ['2026-03-28', '2026-10-24'],
  'Africa/Cairo': ['2026-04-24', '2026-10-29'],
  'Asia/Beirut': ['2026-03-29', '2026-10-25'],
  'Asia/Jerusalem': ['2026-03-27', '2026-10-25'],
  'Australia/Sydney': ['2026-04-05', '2026-10-04'],
  'Australia/Lord_Howe': ['2026-04-05', '2026-10-04'],
  'Pacific/Auckland': ['2026-04-05', '2026-09-27'],
  'Antarctica/Troll': ['2026-03-29', '2026-10-25'],
}

const patterns = {
  '30 2 * * *': ([h, m]) => h === 2 && m === 30,
  '15 0 * * *': ([h, m]) => h === 0 && m === 15,
  '45 23 * * *': ([h, m]) => h === 23 && m === 45,
  '0 */2 * * *': ([h, m]) => h % 2 === 0 && m === 0,
  '*/15 0-3 * * *': ([h, m]) => h <= 3 && m % 15 === 0,
  '5 * * * *': ([, m]) => m === 5,
  '*/20 * * * *': ([, m]) => m % 20 === 0,
} as const satisfies Record<string, (clock: readonly [hour: number, minute: number]) => boolean>

/** What a wall shows at an instant, asked of the runtime in another way than the code does: `2026-03-29 02:30`. */
function wallOf(zone: string): (instant: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  return (instant) => format.format(instant)
}

interface Scene {
  readonly zone: string
  readonly begin: number
  /** What the wall shows in each minute. */
  readonly shown: readonly string[]
}

function scene(zone: string, date: string): Scene {
  const begin = Date.parse(`${date}T00:00Z`) - 2 * dayMs
  const wallAt = wallOf(zone)
  const shown = Array.from({ length: 4 * 24 * 60 }, (_, i) => wallAt(begin + i * minuteMs))
  return { zone, begin, shown }
}

const wallMs = (shown: string): number => Date.parse(`${shown.replace(' ', 'T')}Z`)

/** By the rule in words, minute by minute: what the schedule owes within the scene. */
function owed({ begin, shown }: Scene, pattern: keyof typeof patterns): number[] {
  const matches = (wall: string) => patterns[pattern]([Number(wall.slice(11, 13)), Number(wall.slice(14, 16))] as const)
  const isHourly = pattern.split(' ')[1] === '*'
  const seen = new Set<string>()
  const due = new Set<number>()
  let isWhole = true
  for (const [i, wall] of shown.entries()) {
    const step = i === 0 ? minuteMs : wallMs(wall) - wallMs(shown[i - 1]!)
    if (step !== minuteMs) isWhole = (step - minuteMs) % (60 * minuteMs) === 0
    const asItPasses = isHourly && isWhole
    if (step > minuteMs && !asItPasses)
      for (let missing = wallMs(shown[i - 1]!) + minuteMs; missing < wallMs(wall); missing += minuteMs)
        if (matches(new Date(missing).toISOString().slice(0, 16).replace('T', ' '))) due.add(begin + i * minuteMs)
    if (matches(wall) && (asItPasses || !seen.has(wall))) due.add(begin + i * minuteMs)
    seen.add(wall)
  }
  return [...due].sort((a, b) => a - b)
}

const within = (times: ScheduleTimes, begin: number, end: number): number[] => {
  const found: number[] = []
  for (const due of dueAfter(times, begin - 1)) {
    if (due >= end) break
    found.push(due)
  }
  return found
}

describe('what is due where clocks jump', () => {
  it.each(Object.entries(zones))('%s: none is missed and none is doubled', (zone, dates) => {
    for (const date of dates) {
      const at = scene(zone, date)
      const steps = at.shown.slice(1).map((wall, i) => wallMs(wall) - wallMs(at.shown[i]!))
      expect(
        steps.filter((step) => step !== minuteMs),
        `${date}: its clock jumps once`,
      ).toHaveLength(1)
      for (const pattern of Object.keys(patterns) as (keyof typeof patterns)[]) {
        const expected = owed(at, pattern)
        expect(expected.length).toBeGreaterThan(2)
        const times = { cron: pattern, timeZone: zone }
        expect(within(times, at.begin, at.begin + 4 * dayMs), `${date} ${pattern}`).toEqual(expected)
      }
    }
  })

  it('goes on from any instant as if it had never stopped', () => {
    for (const [zone, dates] of Object.entries(zones))
      for (const date of dates) {
        const begin = Date.parse(`${date}T00:00Z`) - dayMs
        const times = { cron: '*/15 0-3 * * *', timeZone: zone }
        const all = within(times, begin, begin + 3 * dayMs)
        for (const [i, due] of all.entries()) {
          expect(nextDue(times, due, 1)[0] ?? 0, `${zone} ${date}`).toBe(all[i + 1] ?? nextDue(times, due, 1)[0])
          expect(nextDue(times, due - 1, 1)).toEqual([due])
        }
      }
  })

  it('keeps the time of day of days and weeks, and counts minutes and hours as they pass', () => {
    const from = '2026-03-20T01:30:00Z'
    const timeZone = 'Europe/Berlin'
    const after = Date.parse('2026-03-28T00:00Z')
    const iso = (times: ScheduleTimes) =>
      nextDue(times, after, 3).map((due) => new Date(due).toISOString().slice(5, 16))
    expect(iso({ every: 'daily', from, timeZone })).toEqual(['03-28T01:30', '03-29T01:00', '03-30T00:30'])
    expect(iso({ every: '1w', from: '2026-03-22T01:30:00Z', timeZone })).toEqual([
      '03-29T01:00',
      '04-05T00:30',
      '04-12T00:30',
    ])
    expect(iso({ every: '12h', from, timeZone })).toEqual(['03-28T01:30', '03-28T13:30', '03-29T01:30'])
  })

  it('is once where it is once: at a time of the wall, or at an instant', () => {
    const after = Date.parse('2026-01-01T00:00Z')
    const at = (at: string) =>
      nextDue({ at, timeZone: 'Europe/Berlin' }, after, 5).map((due) => new Date(due).toISOString())
    expect(at('2026-07-01T12:00')).toEqual(['2026-07-01T10:00:00.000Z'])
    expect(at('2026-03-29T02:30')).toEqual(['2026-03-29T01:00:00.000Z'])
    expect(at('2026-10-25T02:30')).toEqual(['2026-10-25T00:30:00.000Z'])
    expect(at('2026-07-01T12:00:00-03:00')).toEqual(['2026-07-01T15:00:00.000Z'])
    expect(at('2025-07-01T12:00')).toEqual([])
  })
})
