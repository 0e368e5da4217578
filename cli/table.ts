import { cut, harmless, type Terminal, widthOf } from './terminal.ts'

/** A cell as text: what is null is told apart from what is empty. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  return harmless(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

const gap = 2
const narrowest = 10

/**
 * A table for a terminal. Columns are as wide as the first rows need, together no wider than the terminal; what does not
 * fit is cut, and columns that do not fit at all are told of in the heading.
 */
export function makeTable(
  names: readonly string[],
  first: readonly (readonly unknown[])[],
  { columns, style }: Terminal,
) {
  const texts = names.map((name) => harmless(name))
  const sample = first.slice(0, 200)
  const right = names.map((_, i) => {
    const values = sample.map((row) => row[i]).filter((value) => value !== null && value !== undefined)
    return values.length > 0 && values.every((value) => /^-?\d+(\.\d+)?$/.test(String(value)))
  })
  const widths = fitWidths(
    texts.map((name, i) => Math.max(widthOf(name), ...sample.map((row) => Math.min(60, widthOf(cellText(row[i])))))),
    columns,
  )
  const place = (text: string, i: number, isLast: boolean) => {
    const shown = cut(text, widths[i]!)
    const space = ' '.repeat(widths[i]! - widthOf(shown))
    return right[i] ? space + shown : isLast ? shown : shown + space
  }
  const line = (cells: readonly string[], paint: (text: string, i: number) => string) =>
    widths.map((_, i) => paint(place(cells[i]!, i, i === widths.length - 1), i)).join(' '.repeat(gap))
  const left = names.length - widths.length
  return {
    heading: () => line(texts, (text) => style('bold', text)) + (left > 0 ? style('dim', `  +${left} columns`) : ''),
    row: (row: readonly unknown[]) =>
      line(row.slice(0, widths.length).map(cellText), (text, i) =>
        row[i] === null || row[i] === undefined ? style('dim', text) : text,
      ),
  }
}

/** Widths that fit: the widest are narrowed first, then the last columns are left out. */
function fitWidths(wanted: readonly number[], columns: number): number[] {
  const widths = [...wanted]
  const total = () => widths.reduce((sum, width) => sum + width, gap * Math.max(0, widths.length - 1))
  while (
    widths.length > 1 &&
    widths.reduce((sum, w) => sum + Math.min(w, narrowest), gap * (widths.length - 1)) > columns
  )
    widths.pop()
  while (total() > columns) {
    const widest = widths.indexOf(Math.max(...widths))
    if (widths[widest]! <= narrowest) break
    widths[widest]! -= 1
  }
  return widths
}
