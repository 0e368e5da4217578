/** The shortest text that reads back as the same number; NaN, Infinity, -Infinity and -0 by these names. */
export const float64Text = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

/** The shortest text that reads back as the same 32-bit number. */
export function float32Text(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 24) return float64Text(value)
  if (!Number.isFinite(value)) return String(value)
  // Six digits always survive a 32-bit float of normal size: below it, fewer may already be enough.
  for (let digits = Math.abs(value) < 2 ** -126 ? 1 : 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits))
    if (Math.fround(shorter) === value) return String(shorter)
  }
  return String(Number(value.toPrecision(9)))
}
