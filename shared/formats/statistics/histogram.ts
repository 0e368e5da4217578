import type { Width } from './widths.ts'

/** Bars that are counted at once; what is shown is at most `mostBars` of them, joined. */
const room = 128
const mostBars = 14
/** Values after which the first width is chosen: a wrong choice costs steps, and no exactness. */
const firstValues = 4096

export interface Bucket {
  /** The first value in it, and the first after it, in the units that were counted. */
  readonly from: number
  readonly to: number
  readonly count: number
}

/** Counts numbers in bars of one width that grows with their range: in one pass, and in the same memory however many. */
export class Histogram {
  readonly #widths: (step: number) => Width
  readonly #lowestStep: number
  #early: number[] | undefined = []
  #step = 0
  #width: Width = { width: 1, over: 1 }
  /** Where the first of the counts is, in widths from zero. */
  #low = 0
  #counts = new Float64Array(room)

  /** `lowestStep`: of whole numbers 0, since bars narrower than one have no use. */
  constructor(widths: (step: number) => Width, lowestStep: number) {
    this.#widths = widths
    this.#lowestStep = lowestStep
  }

  /** A finite number. */
  add(value: number): void {
    if (this.#early) {
      this.#early.push(value)
      if (this.#early.length >= firstValues) this.#begin()
      return
    }
    let at = this.#indexOf(value) - this.#low
    if (at < 0 || at >= room) {
      this.#widen(value)
      at = this.#indexOf(value) - this.#low
    }
    this.#counts[at]!++
  }

  /** At most fourteen bars from the lowest value to the highest, empty ones between them too. */
  buckets(): readonly Bucket[] {
    if (this.#early?.length === 0) return []
    this.#begin()
    const [first, last] = this.#used()
    let step = this.#step
    // Two of a width are shown as one where the next one has five.
    let by = 1
    const place = (index: number) => Math.floor(this.#indexOf(this.#edge(index), step) / by)
    while (place(last) - place(first) >= mostBars) {
      by = by === 1 && this.#ratio(step) === 5 ? 2 : 1
      if (by === 1) step++
    }
    const begin = place(first)
    const counts = new Array<number>(place(last) - begin + 1).fill(0)
    for (let i = first; i <= last; i++) counts[place(i) - begin]! += this.#counts[i - this.#low]!
    const edge = (i: number) => this.#edge((begin + i) * by, step)
    return counts.map((count, i) => ({ from: edge(i), to: edge(i + 1), count }))
  }

  #ratio(step: number): number {
    const [one, next] = [this.#widths(step), this.#widths(step + 1)]
    return Math.round(((next.width / next.over) * one.over) / one.width)
  }

  #begin(): void {
    const early = this.#early
    if (early === undefined) return
    this.#early = undefined
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const value of early) {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
    this.#step = this.#lowestStep
    const isTooNarrow = () => {
      const { width, over } = this.#widths(this.#step)
      // What is near the largest numbers there are has no place among widths of one.
      return (high / width) * over - (low / width) * over >= room / 2 || (Math.max(-low, high) / width) * over > 2 ** 52
    }
    while (isTooNarrow()) this.#step++
    this.#width = this.#widths(this.#step)
    this.#low = this.#indexOf(low)
    for (const value of early) this.add(value)
  }

  #edge(index: number, step = this.#step): number {
    const { width, over } = step === this.#step ? this.#width : this.#widths(step)
    return (index * width) / over
  }

  /** The bar that a value is in: what its edges say decides, not what a division rounds to. */
  #indexOf(value: number, step = this.#step): number {
    const { width, over } = step === this.#step ? this.#width : this.#widths(step)
    const index = Math.floor((value / width) * over)
    if ((index * width) / over > value) return index - 1
    return ((index + 1) * width) / over <= value ? index + 1 : index
  }

  /** The first and the last bar with anything in it. */
  #used(): readonly [number, number] {
    let [first, last] = [0, room - 1]
    while (first < last && this.#counts[first] === 0) first++
    while (last > first && this.#counts[last] === 0) last--
    return [this.#low + first, this.#low + last]
  }

  #widen(value: number): void {
    const [first, last] = this.#used()
    const counts = this.#counts
    const before = { step: this.#step, low: this.#low }
    const range = (step: number) => {
      const index = this.#indexOf(value, step)
      const all = [
        index,
        this.#indexOf(this.#edge(first, before.step), step),
        this.#indexOf(this.#edge(last, before.step), step),
      ]
      return [Math.min(...all), Math.max(...all)] as const
    }
    let step = before.step
    while (range(step)[1] - range(step)[0] >= room) step++
    const [low] = range(step)
    const next = new Float64Array(room)
    for (let i = first; i <= last; i++) {
      const count = counts[i - before.low]!
      if (count > 0) next[this.#indexOf(this.#edge(i, before.step), step) - low]! += count
    }
    this.#counts = next
    this.#low = low
    this.#step = step
    this.#width = this.#widths(step)
  }
}
