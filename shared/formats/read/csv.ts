import type { Schema } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { Builder } from './builder.ts'
import { readJsonCell } from './json.ts'

const quote = 34
const comma = 44

/** A field: `buffer[from .. to)`, its quotes taken off, its doubled quotes made single. */
interface Cell {
  readonly text: Buffer
  readonly isQuoted: boolean
}

/** Fault source-failed where the record does not name the columns. A byte order mark before them is passed over. */
export function checkHeader(record: Buffer, schema: Schema): void {
  const line = withoutLineEnd(record)
  const isHeader = (text: Buffer): boolean => {
    const cells = cellsOf(text, 0)
    return cells.length === schema.length && cells.every((cell, i) => cell.text.toString() === schema[i]!.name)
  }
  const hasMark = line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf
  if (isHeader(line) || (hasMark && isHeader(line.subarray(3)))) return
  throw new Fault('source-failed', 'The first line of the CSV file does not name the columns that are expected.', {
    hint: 'Look whether it has a line of names, in the same order, with commas between them.',
  })
}

/** Adds the cells of a record to the builders; an undefined one is a column that is not wanted. */
export function addCsvRecord(record: Buffer, builders: readonly (Builder | undefined)[], row: number): void {
  const cells = cellsOf(withoutLineEnd(record), row)
  if (cells.length !== builders.length) {
    throw broken(row, `It has ${cells.length} fields where ${builders.length} are expected.`)
  }
  cells.forEach(({ text, isQuoted }, i) => {
    const builder = builders[i]
    if (!builder) return
    if (text.length === 0 && !isQuoted) builder.addNull()
    else if (builder.items) {
      if (readJsonCell(text, 0, builder) !== text.length) throw broken(row, `Field ${i + 1} is no list.`)
    } else if (!builder.addText(text)) throw broken(row, `Field ${i + 1} is no ${builder.type.is}.`)
  })
}

function cellsOf(record: Buffer, row: number): Cell[] {
  const cells: Cell[] = []
  let at = 0
  for (;;) {
    if (record[at] === quote) {
      let doubled = 0
      let end = at + 1
      for (; record[end] !== quote || record[end + 1] === quote; end++) {
        if (end >= record.length) throw broken(row, 'A quote is left open.')
        if (record[end] === quote) {
          doubled++
          end++
        }
      }
      const raw = record.subarray(at + 1, end)
      cells.push({ text: doubled > 0 ? withSingleQuotes(raw, doubled) : raw, isQuoted: true })
      at = end + 1
      if (at < record.length && record[at] !== comma) throw broken(row, 'Something follows a closing quote.')
    } else {
      let end = at
      while (end < record.length && record[end] !== comma) end++
      cells.push({ text: record.subarray(at, end), isQuoted: false })
      at = end
    }
    if (at >= record.length) return cells
    at++
  }
}

function withSingleQuotes(raw: Buffer, doubled: number): Buffer {
  const text = Buffer.alloc(raw.length - doubled)
  for (let from = 0, to = 0; from < raw.length; from++) {
    text[to++] = raw[from]!
    if (raw[from] === quote) from++
  }
  return text
}

function withoutLineEnd(record: Buffer): Buffer {
  let end = record.length
  if (record[end - 1] === 10) end--
  if (record[end - 1] === 13) end--
  return record.subarray(0, end)
}

const broken = (row: number, detail: string): Fault =>
  new Fault('source-failed', `Row ${row + 1} of the CSV file cannot be read. ${detail}`)
