/** A stream of pseudo-random numbers of [0, 1) that a seed repeats (mulberry32). */
export function randomOf(seed: number): { next(): number; below(limit: number): number; pick<T>(of: readonly T[]): T } {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return { next, below, pick: (of) => of[below(of.length)]! }
}
