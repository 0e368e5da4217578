/**
 * Widths that the bars of a histogram may have, in the units of the values. Each divides the next, so that bars can be
 * joined to wider ones and every count stays exact. `over`: what a width is divided by, so that 0.1 is 1 / 10.
 */
export interface Width {
  readonly width: number
  readonly over: number
}

/** 1, 5, 10, 50, 100, … and, of numbers that are not whole, 0.5, 0.1, 0.05, … */
export function decimalWidth(step: number): Width {
  const five = step % 2 === 0 ? 1 : 5
  const power = (step - (five === 5 ? 1 : 0)) / 2
  return power >= 0 ? { width: five * 10 ** power, over: 1 } : { width: five, over: 10 ** -power }
}

const second = 1_000_000
const day = 86_400 * second

/** Microseconds that people count time in, up to a day. */
const clock = [5, 10, 30, 60, 300, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86_400].map((s) => s * second)

/** Parts of a second, then those of a clock, then days as numbers are counted. */
export function clockWidth(step: number): Width {
  if (step <= 12) return decimalWidth(step)
  const at = step - 13
  if (at < clock.length) return { width: clock[at]!, over: 1 }
  const { width } = decimalWidth(at - clock.length + 1)
  return { width: width * day, over: 1 }
}
