/*
 * Clocks of time zones. A wall time is what a clock on the wall shows, as milliseconds since 1970 as if that clock were
 * UTC's; an instant is milliseconds since 1970 in UTC.
 */

const formats = new Map<string, Intl.DateTimeFormat>()

/** Whether the name is of a zone of the IANA database that this runtime knows. */
export function isZone(name: string): boolean {
  try {
    return formatOf(name) !== undefined
  } catch {
    return false
  }
}

/** How far the zone's clock is ahead of UTC at an instant, milliseconds. */
export function offsetAt(zone: string, instant: number): number {
  const second = Math.floor(instant / 1000) * 1000
  const shown: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(second)) shown[type] = Number(value)
  return Date.UTC(shown.year!, shown.month! - 1, shown.day!, shown.hour!, shown.minute!, shown.second!) - second
}

/** A stretch of time in which the zone's clock does not jump, half-open. `before`: its offset until `begin`. */
export interface Steady {
  readonly begin: number
  readonly end: number
  readonly offset: number
  readonly before: number
}

/** No zone changes its clock twice within so long. */
const dayMs = 24 * 60 * 60 * 1000

/**
 * The steady stretches that follow one another from an instant on, for ever. The first begins there, so that nothing is
 * known of what was before; a long one may come in several pieces, between which nothing jumps.
 */
export function* steadyFrom(zone: string, from: number): Generator<Steady> {
  let [begin, offset, before] = [from, offsetAt(zone, from), offsetAt(zone, from)]
  for (;;) {
    let day = Math.floor(begin / dayMs) + 1
    const last = day + 60
    while (day < last && offsetOnDay(zone, day) === offset) day++
    const next = offsetOnDay(zone, day)
    const end = next === offset ? day * dayMs : jumpWithin(zone, Math.max(begin, (day - 1) * dayMs), day * dayMs)
    yield { begin, end, offset, before }
    begin = end
    before = offset
    offset = next
  }
}

const byDay = new Map<string, Map<number, number>>()

/** The offset at the beginning of a day of UTC, kept: the same days are asked for again and again. */
function offsetOnDay(zone: string, day: number): number {
  let days = byDay.get(zone)
  if (days === undefined) {
    days = new Map()
    byDay.set(zone, days)
  }
  let offset = days.get(day)
  if (offset === undefined) {
    offset = offsetAt(zone, day * dayMs)
    if (days.size > 4000) days.clear()
    days.set(day, offset)
  }
  return offset
}

/** The first instant, to the second, of the offset that there is at `after` and not at `before`. */
function jumpWithin(zone: string, before: number, after: number): number {
  const old = offsetAt(zone, before)
  let [low, high] = [Math.floor(before / 1000), Math.floor(after / 1000)]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(zone, middle * 1000) === old) low = middle
    else high = middle
  }
  return high * 1000
}

/** An instant as the zone's clock shows it, ISO 8601 with the offset: `2026-03-29T03:00:00+02:00`. */
export function toLocal(zone: string, instant: number): string {
  const offset = offsetAt(zone, instant)
  const minutes = Math.abs(Math.trunc(offset / 60_000))
  const sign = offset < 0 ? '-' : '+'
  const text = new Date(instant + offset).toISOString().replace(/(\.000)?Z$/, '')
  return `${text}${sign}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`
}

const twoDigits = (n: number): string => String(n).padStart(2, '0')

function formatOf(zone: string): Intl.DateTimeFormat {
  const kept = formats.get(zone)
  if (kept) return kept
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(zone, made)
  return made
}
