import { isUtf8 } from 'node:buffer'
import type { Batch, FieldType } from '../../../domain/batch.ts'
import { Fault } from '../../../domain/faults.ts'
import { addCell, newCellColumn } from './cell.ts'
import { type CsvRecords, cutCsv } from './csv-records.ts'
import { addText, type Guess, guessed, newGuess } from './guess.ts'
import { type FileSchema, newBatcher, notUtf8, sampleBytes, sampleRows, unfit } from './table.ts'

/** How a CSV file is written. */
export interface CsvDialect {
  /** A byte; undefined: told by the first line. */
  readonly delimiter: number | undefined
  readonly header: boolean
  /** Bare texts that mean no value. */
  readonly nulls: ReadonlySet<string>
}

/** A file's name and its bytes as UTF-8 text, read when they are asked for. */
export interface TextFile {
  readonly name: string
  readonly bytes: AsyncIterable<Uint8Array>
}

/** Columns by the first line and the first rows of the files. Fault source-failed for a file without a line. */
export async function inferCsv(
  files: readonly TextFile[],
  dialect: CsvDialect,
  chosen: ReadonlyMap<string, FieldType>,
): Promise<FileSchema> {
  let names: readonly string[] | undefined
  const guesses: Guess[] = []
  for (const file of files) {
    let order: readonly (number | undefined)[] | undefined
    let rows = 0
    let bytes = 0
    for await (const { buffer, bounds, cells } of records(file, dialect)) {
      if (order === undefined) {
        const header = headerOf(buffer, bounds, cells, dialect)
        names ??= header
        order = orderOf(header, names, file.name)
        if (dialect.header) continue
      }
      if (isBlank(bounds, cells, order.length)) continue
      for (let i = 0; i < Math.min(order.length, cells[1] - cells[0]); i++) {
        const at = (cells[0] + i) * 3
        const text = textOf(buffer, bounds, at)
        if (text.length === 0 || (bounds[at + 2] === 0 && dialect.nulls.has(text.toString()))) continue
        const guess = guesses[order[i]!] ?? newGuess()
        guesses[order[i]!] = guess
        addText(guess, text.toString('latin1'))
      }
      bytes += bounds[cells[1] * 3 - 2]! - bounds[cells[0] * 3]!
      if (++rows >= sampleRows || bytes >= sampleBytes) break
    }
  }
  if (names === undefined)
    throw new Fault('source-failed', `${JSON.stringify(files[0]?.name)} is empty: nothing names its columns.`, {
      hint: 'Leave it out of the selection, or copy it as it is: parse "none".',
    })
  const unknown = [...chosen.keys()].find((name) => !names.includes(name))
  if (unknown !== undefined) throw unknownChoice(unknown)
  return {
    fields: names.map((name, i) => ({
      name,
      type: chosen.get(name) ?? guessed(guesses[i] ?? newGuess()),
      nullable: true,
      native: 'text',
    })),
    chosen: new Set(chosen.keys()),
  }
}

/** The rows of a file. Faults: value-not-representable, source-changed where it has other columns, source-failed. */
export async function* readCsv(file: TextFile, dialect: CsvDialect, schema: FileSchema): AsyncGenerator<Batch> {
  const { fields, chosen } = schema
  const columns = fields.map(({ name, type }) => newCellColumn(type, chosen.has(name)))
  const batcher = newBatcher((rows) => ({ rows, columns: columns.map(({ builder }) => builder.take()) }))
  const names = fields.map(({ name }) => name)
  let order: readonly number[] | undefined
  let row = 0
  for await (const { buffer, bounds, cells } of records(file, dialect)) {
    if (order === undefined) {
      order = orderOf(headerOf(buffer, bounds, cells, dialect), names, file.name)
      if (dialect.header) continue
    }
    if (isBlank(bounds, cells, order.length)) continue
    row++
    if (cells[1] - cells[0] !== order.length) throw ragged(file.name, row, cells[1] - cells[0], order.length)
    for (let i = 0; i < order.length; i++) {
      const column = columns[order[i]!]!
      const at = (cells[0] + i) * 3
      const text = textOf(buffer, bounds, at)
      if (isNull(text, bounds[at + 2]!, column.builder.type, dialect)) column.builder.addNull()
      else if (!addCell(column, text)) {
        const { name, type } = fields[order[i]!]!
        throw unfit(file.name, row, name, type, column.isChosen)
      }
    }
    const full = batcher.add(bounds[cells[1] * 3 - 2]! - bounds[cells[0] * 3]!)
    if (full) yield full
  }
  const last = batcher.flush()
  if (last) yield last
}

interface CsvRecord {
  readonly buffer: Buffer
  readonly bounds: readonly number[]
  /** Its cells: from, to. */
  readonly cells: readonly [number, number]
}

async function* records(file: TextFile, { delimiter }: CsvDialect): AsyncGenerator<CsvRecord> {
  const source = file.bytes[Symbol.asyncIterator]()
  try {
    const first = await source.next()
    if (first.done) return
    const rest = async function* () {
      yield first.value
      for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
    }
    let row = 0
    for await (const block of cutCsv(rest(), delimiter ?? delimiterOf(first.value))) {
      checkUtf8(block, file.name, row)
      row += block.ends.length
      let from = 0
      for (const to of block.ends) {
        yield { buffer: block.buffer, bounds: block.bounds, cells: [from, to] }
        from = to
      }
    }
  } finally {
    await source.return?.()
  }
}

function checkUtf8({ buffer, bounds, ends }: CsvRecords, name: string, row: number): void {
  if (isUtf8(buffer.subarray(bounds[0], bounds.at(-2)))) return
  let from = 0
  for (const [i, to] of ends.entries()) {
    if (!isUtf8(buffer.subarray(bounds[from * 3], bounds[to * 3 - 2]))) throw notUtf8(name, row + i)
    from = to
  }
}

/** Of the usual delimiters, the one that comes most often in the first line, outside of quotes. */
function delimiterOf(chunk: Uint8Array): number {
  const text = Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.length, 65_536)).toString('latin1')
  const line = text.replace(/"[^"]*"/g, '').split('\n')[0]!
  const count = (delimiter: string) => line.split(delimiter).length
  return [',', ';', '\t', '|'].toSorted((a, b) => count(b) - count(a))[0]!.charCodeAt(0)
}

const headerOf = (buffer: Buffer, bounds: readonly number[], [from, to]: CsvRecord['cells'], { header }: CsvDialect) =>
  Array.from({ length: to - from }, (_, i) =>
    header ? textOf(buffer, bounds, (from + i) * 3).toString() : `column${i + 1}`,
  )

/** For each column of a file its place in the schema. */
function orderOf(header: readonly string[], names: readonly string[], file: string): readonly number[] {
  if (header.length === names.length && header.every((name, i) => name === names[i])) return names.map((_, i) => i)
  const isSame = header.length === names.length && new Set(names).size === names.length
  const order = header.map((name) => names.indexOf(name))
  if (isSame && new Set(order).size === names.length && !order.includes(-1)) return order
  throw new Fault(
    'value-not-representable',
    `The columns of ${JSON.stringify(file)} are not those of the first file.`,
    {
      hint: 'Select files of one kind, or copy them as they are: parse "none".',
    },
  )
}

/** A line with nothing on it, where a row would have more than one cell. */
const isBlank = (bounds: readonly number[], [from, to]: CsvRecord['cells'], columns: number): boolean =>
  to - from === 1 && columns > 1 && bounds[from * 3] === bounds[from * 3 + 1] && bounds[from * 3 + 2] === 0

/** An empty quoted cell is a text, where the column has texts; of any other type it is no value. */
function isNull(text: Buffer, flag: number, type: FieldType, { nulls }: CsvDialect): boolean {
  if (flag > 0) return text.length === 0 && type.is !== 'utf8'
  if (text.length === 0) return nulls.has('') || type.is !== 'utf8'
  return nulls.size > 1 || !nulls.has('') ? nulls.has(text.toString()) : false
}

function textOf(buffer: Buffer, bounds: readonly number[], at: number): Buffer {
  const raw = buffer.subarray(bounds[at], bounds[at + 1])
  return bounds[at + 2] === 2 ? Buffer.from(raw.toString('latin1').replaceAll('""', '"'), 'latin1') : raw
}

const ragged = (file: string, row: number, cells: number, wanted: number): Fault =>
  new Fault('source-failed', `Row ${row} of ${JSON.stringify(file)} has ${cells} cells where ${wanted} are expected.`, {
    hint: 'Check the delimiter, and whether cells that hold one are in quotes.',
  })

const unknownChoice = (name: string): Fault =>
  new Fault('invalid-request', `The schema names a column ${JSON.stringify(name)}, which the file has not.`, {
    hint: 'Take it out of `schema`, or write it as the first line of the file does.',
  })
