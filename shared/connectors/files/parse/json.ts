import { isUtf8 } from 'node:buffer'
import type { Batch, FieldType } from '../../../domain/batch.ts'
import { Fault } from '../../../domain/faults.ts'
import { skipSpace, skipValue, unescaped } from '../../../formats/read/json.ts'
import { addCell, type CellColumn, isJson, newCellColumn } from './cell.ts'
import type { TextFile } from './csv.ts'
import { addText, type Guess, guessed, newGuess } from './guess.ts'
import { cutJson } from './json-values.ts'
import { type FileSchema, newBatcher, notUtf8, sampleBytes, sampleRows, unfit } from './table.ts'

/** What a JSON value is by its first byte. */
type Word = 'text' | 'number' | 'bool' | 'nested' | 'null'

const mostColumns = 10_000

/** Columns by the keys of the first objects of the files, in the order in which they come. */
export async function inferJson(
  files: readonly TextFile[],
  chosen: ReadonlyMap<string, FieldType>,
): Promise<FileSchema> {
  const seen = new Map<string, { readonly words: Set<Word>; readonly guess: Guess }>()
  for (const file of files) {
    let rows = 0
    let bytes = 0
    for await (const object of objects(file)) {
      eachField(object, file.name, rows + 1, (key, text) => {
        if (!seen.has(key)) seen.set(key, { words: new Set(), guess: newGuess() })
        if (seen.size > mostColumns) throw tooManyKeys()
        const { words, guess } = seen.get(key)!
        const word = wordOf(text)
        if (word === 'null') return
        words.add(word)
        if (word === 'text') addText(guess, unescaped(text, 0, text.length).toString('latin1'))
        else if (word !== 'nested') addText(guess, text.toString('latin1'))
      })
      bytes += object.length
      if (++rows >= sampleRows || bytes >= sampleBytes) break
    }
  }
  const types = new Map([...seen].map(([key, { words, guess }]) => [key, typeOf(words, guess)]))
  for (const [name, type] of chosen) types.set(name, type)
  return {
    fields: [...types].map(([name, type]) => ({
      name,
      type,
      nullable: true,
      native: [...(seen.get(name)?.words ?? [])].sort().join(' or ') || 'null',
    })),
    chosen: new Set(chosen.keys()),
  }
}

/** The rows of a file, a row an object. Faults: value-not-representable, source-failed. */
export async function* readJson(file: TextFile, { fields, chosen }: FileSchema): AsyncGenerator<Batch> {
  const columns = fields.map(({ name, type }) => newCellColumn(type, chosen.has(name)))
  const places = new Map(fields.map(({ name }, i) => [name, i]))
  const batcher = newBatcher((rows) => ({ rows, columns: columns.map(({ builder }) => builder.take()) }))
  const filled = new Int32Array(columns.length)
  let row = 0
  for await (const object of objects(file)) {
    row++
    eachField(object, file.name, row, (key, text) => {
      const place = places.get(key)
      if (place === undefined) throw newKey(file.name, row, key)
      if (filled[place] === row) throw repeatedKey(file.name, row, key)
      filled[place] = row
      const column = columns[place]!
      if (!addValue(column, text)) throw unfit(file.name, row, key, fields[place]!.type, column.isChosen)
    })
    for (let i = 0; i < columns.length; i++) if (filled[i] !== row) columns[i]!.builder.addNull()
    const full = batcher.add(object.length)
    if (full) yield full
  }
  const last = batcher.flush()
  if (last) yield last
}

async function* objects({ name, bytes }: TextFile): AsyncGenerator<Buffer> {
  let row = 0
  for await (const { buffer, bounds } of cutJson(bytes))
    for (let i = 0; i < bounds.length; i += 2) {
      row++
      const object = buffer.subarray(bounds[i], bounds[i + 1])
      if (!isUtf8(object)) throw notUtf8(name, row)
      yield object
    }
}

/** Calls `visit` with each key of an object and the text of its value, without space around it. */
function eachField(object: Buffer, file: string, row: number, visit: (key: string, text: Buffer) => void): void {
  let at = skipSpace(object, 1)
  if (object[at] === 125) return
  for (;;) {
    const keyEnd = object[at] === 34 ? skipValue(object, at) : -1
    if (keyEnd < 0) throw noJson(file, row)
    const key = unescaped(object, at, keyEnd).toString()
    at = skipSpace(object, keyEnd)
    if (object[at] !== 58) throw noJson(file, row)
    const start = skipSpace(object, at + 1)
    const end = skipValue(object, start)
    if (end < 0) throw noJson(file, row)
    visit(key, object.subarray(start, end))
    at = skipSpace(object, end)
    if (object[at] === 125) return
    if (object[at] !== 44) throw noJson(file, row)
    at = skipSpace(object, at + 1)
  }
}

function wordOf(text: Buffer): Word {
  switch (text[0]) {
    case 34:
      return 'text'
    case 91:
    case 123:
      return 'nested'
    case 116:
    case 102:
      return 'bool'
    case 110:
      return 'null'
    default:
      return 'number'
  }
}

/** Values of one word have the type that they look like, but no text is a number; of several words they stay JSON. */
function typeOf(words: ReadonlySet<Word>, guess: Guess): FieldType {
  const [word, another] = words
  if (word === undefined) return { is: 'utf8' }
  if (another !== undefined || word === 'nested') return { is: 'json' }
  const type = guessed(guess)
  if (word === 'text') return type.is === 'date' || type.is === 'timestamp' ? type : { is: 'utf8' }
  return type.is === 'utf8' ? { is: 'json' } : type
}

function addValue(column: CellColumn, text: Buffer): boolean {
  const { builder, isChosen } = column
  const { type } = builder
  const word = wordOf(text)
  if (word === 'null') {
    builder.addNull()
    return true
  }
  if (type.is === 'json') return isJson(text) && builder.addText(text)
  if (word === 'nested') return isChosen && type.is === 'utf8' && isJson(text) && builder.addText(text)
  const isTextType = type.is === 'utf8' || type.is === 'date' || type.is === 'timestamp'
  if (!isChosen && isTextType !== (word === 'text')) return false
  if (!isChosen && (word === 'bool') !== (type.is === 'bool')) return false
  return addCell(column, word === 'text' ? unescaped(text, 0, text.length) : text)
}

const noJson = (file: string, row: number): Fault =>
  new Fault('source-failed', `Object ${row} of ${JSON.stringify(file)} is no JSON.`, {
    hint: 'Have the file mended, or copy it as it is: parse "none".',
  })

const newKey = (file: string, row: number, key: string): Fault =>
  new Fault(
    'value-not-representable',
    `Row ${row} of ${JSON.stringify(file)} has the key ${JSON.stringify(key.slice(0, 200))}, which the first rows have not.`,
    { hint: `Name it in \`schema\`, so that it has a column: schema {${JSON.stringify(key.slice(0, 200))}: "json"}.` },
  )

const repeatedKey = (file: string, row: number, key: string): Fault =>
  new Fault(
    'value-not-representable',
    `Row ${row} of ${JSON.stringify(file)} has the key ${JSON.stringify(key.slice(0, 200))} twice.`,
    { hint: 'Have the file mended, or copy it as it is: parse "none".' },
  )

const tooManyKeys = (): Fault =>
  new Fault('too-large', `The objects have more than ${mostColumns} keys.`, {
    hint: 'Copy the file as it is: parse "none".',
  })
