import { Fault } from '../../../domain/faults.ts'

/**
 * Records in a buffer. Cell i is `buffer[bounds[3 * i] .. bounds[3 * i + 1])`, its quotes left out; `bounds[3 * i + 2]`
 * is 0 for a bare cell, 1 for a quoted one, 2 for one with doubled quotes within. Record i ends before cell `ends[i]`.
 */
export interface CsvRecords {
  readonly buffer: Buffer
  readonly bounds: readonly number[]
  readonly ends: readonly number[]
}

/** A record may hold a cell of 64 MB. */
const longestRecord = 64 * 1024 * 1024 + 65_536
const quote = 34
const lineFeed = 10
const carriageReturn = 13

/** Where in a record the reading is. */
const atStart = 0
const inBare = 1
const inQuotes = 2
const afterQuote = 3

/**
 * Cuts the bytes of a CSV file into records and cells (RFC 4180, with any delimiter; quotes count where a cell begins
 * with one). What is handed over is the reader's until it asks for more. Faults: source-failed, too-large.
 */
export async function* cutCsv(chunks: AsyncIterable<Uint8Array>, delimiter: number): AsyncGenerator<CsvRecords> {
  let buffer = Buffer.allocUnsafe(256 * 1024)
  let begin = 0
  let end = 0
  let at = 0
  let state = atStart
  let cell = 0
  let flag = 0
  let pending: number[] = []
  let records = 0
  for await (const chunk of chunks) {
    if (end + chunk.length > buffer.length) {
      const kept = end - begin
      if (kept + chunk.length > longestRecord && kept > 0) throw tooLong(records)
      const target = (kept + chunk.length) * 2 <= buffer.length ? buffer : Buffer.allocUnsafe((kept + chunk.length) * 2)
      buffer.copy(target, 0, begin, end)
      buffer = target
      for (let i = 0; i < pending.length; i++) if (i % 3 !== 2) pending[i]! -= begin
      at -= begin
      cell -= begin
      end = kept
      begin = 0
    }
    buffer.set(chunk, end)
    end += chunk.length
    let bounds = pending
    const ends: number[] = []
    for (; at < end; at++) {
      const byte = buffer[at]!
      if (state === inQuotes) {
        if (byte === quote) state = afterQuote
        continue
      }
      if (state === atStart) {
        cell = at
        flag = 0
        if (byte === quote) {
          state = inQuotes
          flag = 1
          cell = at + 1
          continue
        }
        state = inBare
      } else if (state === afterQuote && byte === quote) {
        state = inQuotes
        flag = 2
        continue
      }
      if (byte !== delimiter && byte !== lineFeed) {
        if (state === afterQuote && byte !== carriageReturn) throw strayQuote(records + ends.length)
        continue
      }
      bounds.push(cell, cellEnd(buffer, cell, at, flag, byte), flag)
      state = atStart
      if (byte === lineFeed) {
        ends.push(bounds.length / 3)
        begin = at + 1
      }
    }
    pending = bounds.slice((ends.at(-1) ?? 0) * 3)
    if (ends.length === 0) continue
    records += ends.length
    bounds = bounds.slice(0, ends.at(-1)! * 3)
    yield { buffer, bounds, ends }
  }
  if (state === inQuotes) throw openQuote(records)
  if (begin === end) return
  if (state === atStart) pending.push(end, end, 0)
  else pending.push(cell, cellEnd(buffer, cell, end, flag, lineFeed), flag)
  yield { buffer, bounds: pending, ends: [pending.length / 3] }
}

/** Where the text of a cell ends that is closed at `at`: before its quote, and before a CR that belongs to the line end. */
function cellEnd(buffer: Buffer, cell: number, at: number, flag: number, closer: number): number {
  const end = closer === lineFeed && at > cell - (flag > 0 ? 1 : 0) && buffer[at - 1] === carriageReturn ? at - 1 : at
  return flag > 0 ? buffer.lastIndexOf(quote, end - 1) : end
}

const strayQuote = (record: number): Fault =>
  new Fault('source-failed', `Something follows a closing quote in record ${record + 1} of the CSV file.`, {
    hint: 'Quotes within a quoted cell are doubled: have it written so.',
  })

const openQuote = (record: number): Fault =>
  new Fault('source-failed', `A quote is left open in record ${record + 1} of the CSV file.`, {
    hint: 'Look whether the file is whole.',
  })

const tooLong = (record: number): Fault =>
  new Fault('too-large', `Record ${record + 1} of the CSV file is longer than 64 MB.`, {
    hint: 'Look whether a quote is left open, or whether the file has another format.',
  })
