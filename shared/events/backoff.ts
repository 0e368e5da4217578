const minute = 60_000
const hour = 60 * minute

/** How long after each failure an event is sent again, milliseconds: two days and a half in all. */
const waits = [10_000, minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 12 * hour, 24 * hour, 16 * hour] as const

/** When to try again after so many tries, milliseconds since 1970; undefined where it is given up. */
export function nextTry(tries: number, now: number): number | undefined {
  const wait = waits[tries - 1]
  return wait === undefined ? undefined : now + wait
}
