/** Runs the code of one connection, asked and answering by the frames of `run-python.py`. */

import { readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What is wrong with the code itself, and in which line. */
class Told extends Error {
  readonly line: number | null
  constructor(message: string, line: number | null = null) {
    super(message)
    this.line = line
  }
}

type Code = Readonly<Record<string, (...given: unknown[]) => unknown>>

interface Question {
  readonly do: 'load' | 'context' | 'list' | 'read' | 'schema'
  readonly folder: string
  readonly reader: string
  readonly credentials: string
  readonly config: unknown
  readonly metadata: unknown
}

const file = 'connection.ts'
const chunkBytes = 1 << 18
const answers = 3

const state: { code: Code; context: unknown; folder: string; source: string } = {
  code: {},
  context: undefined,
  folder: '',
  source: '',
}

export async function runConnection(): Promise<void> {
  for await (const question of questions()) {
    try {
      await answer(question)
    } catch (thrown) {
      sendError(thrown)
    }
  }
}

async function answer(question: Question): Promise<void> {
  switch (question.do) {
    case 'load':
      return load(question)
    case 'context':
      state.context = await state.code.context!(question.credentials, question.config)
      return sendJson(null)
    case 'list':
      return listObjects(question.metadata)
    case 'read':
      return read(question)
    case 'schema':
      return inferSchema(question.metadata)
  }
}

async function load({ folder, reader }: Question): Promise<void> {
  state.folder = folder
  state.source = readFileSync(join(folder, file), 'utf8')
  state.code = (await import(pathToFileURL(join(folder, file)).href)) as Code
  for (const [name, most] of [
    ['context', 2],
    ['listObjects', 2],
    [reader, 2],
    ['inferSchema', 2],
  ] as const) {
    const found: unknown = state.code[name]
    if (found === undefined && name === 'inferSchema') continue
    if (found === undefined) throw new Told(`there is no exported function ${name}`)
    if (typeof found !== 'function') throw new Told(`${name} is no function`, lineOf(name))
    if (found.length > most) throw new Told(`${name} must take ${most} arguments at most`, lineOf(name))
  }
  sendJson({ infersSchema: state.code.inferSchema !== undefined })
}

/** The line that declares a name. */
function lineOf(name: string): number | null {
  const line = state.source
    .split('\n')
    .findIndex((text) => new RegExp(`\\b(function\\*?|const|let)\\s+${name}\\b`).test(text))
  return line < 0 ? null : line + 1
}

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value)

async function listObjects(metadata: unknown): Promise<void> {
  const line = lineOf('listObjects')
  let batch: object[] = []
  for await (const item of each(await state.code.listObjects!(state.context, metadata), 'listObjects')) {
    if (typeof item !== 'object' || item === null)
      throw new Told(`listObjects yields a ${kindOf(item)}, not an object`, line)
    const given = item as Record<string, unknown>
    for (const [key, kind] of [
      ['name', 'string'],
      ['fingerprint', 'string'],
      ['isPrefix', 'boolean'],
    ] as const)
      if (typeof given[key] !== kind) {
        const what = key in given ? kindOf(given[key]) : 'nothing'
        throw new Told(`listObjects yields an item whose ${key} is ${what}, not a ${kind}`, line)
      }
    if (given.name === '') throw new Told('listObjects yields an item without a name', line)
    batch.push({ ...given, is_prefix: given.isPrefix })
    if (batch.length === 500) {
      sendJson(batch)
      batch = []
    }
  }
  if (batch.length > 0) sendJson(batch)
  send('E')
}

async function read({ reader, metadata }: Question): Promise<void> {
  const given = await state.code[reader]!(state.context, metadata)
  const pieces =
    reader === 'readBytes'
      ? bytesOf(given)
      : linesOf(reader === 'readDataframe' ? frameRows(given) : each(given, reader), reader)
  let held: Uint8Array[] = []
  let size = 0
  const flush = () => {
    const bytes = Buffer.concat(held)
    for (let from = 0; from < bytes.length; from += chunkBytes) send('B', bytes.subarray(from, from + chunkBytes))
    held = []
    size = 0
  }
  for await (const piece of pieces) {
    held.push(piece)
    size += piece.byteLength
    if (size >= chunkBytes) flush()
  }
  flush()
  send('E')
}

/** The items of what a function gave: a list, a generator, or a stream. */
async function* each(given: unknown, name: string): AsyncGenerator<unknown> {
  if (given === undefined || given === null) return
  if (typeof given !== 'object' || !(Symbol.asyncIterator in given || Symbol.iterator in given))
    throw new Told(`${name} must yield, or return a list; it returns a ${kindOf(given)}`, lineOf(name))
  yield* given as AsyncIterable<unknown>
}

async function* bytesOf(given: unknown): AsyncGenerator<Uint8Array> {
  for await (const piece of given instanceof Uint8Array ? [given] : each(given, 'readBytes')) {
    if (!(piece instanceof Uint8Array))
      throw new Told(`readBytes yields a ${kindOf(piece)}, not a Uint8Array`, lineOf('readBytes'))
    yield piece
  }
}

async function* linesOf(rows: AsyncIterable<unknown>, reader: string): AsyncGenerator<Uint8Array> {
  for await (const row of rows) {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new Told(`${reader} yields a ${kindOf(row)}, not an object`, lineOf(reader))
    yield Buffer.from(`${JSON.stringify(row, plain)}\n`)
  }
}

/** A data frame here is an object of columns of one length. */
async function* frameRows(given: unknown): AsyncGenerator<unknown> {
  const columns =
    typeof given === 'object' && given !== null ? Object.entries(given as Record<string, ArrayLike<unknown>>) : []
  const length = columns[0]?.[1]?.length
  if (length === undefined || columns.some(([, column]) => column?.length !== length))
    throw new Told('readDataframe must return an object of columns of one length', lineOf('readDataframe'))
  for (let row = 0; row < length; row++) yield Object.fromEntries(columns.map(([name, column]) => [name, column[row]]))
}

const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }

/** Dates are ISO 8601 already; large whole numbers keep their digits, bytes become base64. */
function plain(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return rawJSON(String(value))
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`${key} is ${value}, which has no place in a row`)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return value === undefined ? null : value
}

async function inferSchema(metadata: unknown): Promise<void> {
  const schema = await state.code.inferSchema!(state.context, metadata)
  const isSchema =
    typeof schema === 'object' && schema !== null && Object.values(schema).every((type) => typeof type === 'string')
  if (!isSchema)
    throw new Told('inferSchema must return an object of column names to type names', lineOf('inferSchema'))
  sendJson(Object.entries(schema as object))
}

function sendError(thrown: unknown): void {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const at = thrown instanceof Told ? [file, thrown.line] : placeOf(error)
  const { code } = error as { code?: unknown }
  const names = [error.name, ...(typeof code === 'string' ? [code] : [])]
  sendJson({ names, message: error.message.slice(0, 4000), file: at[0], line: at[1] }, 'X')
}

/** The innermost place of an error within the folder of the connection. */
function placeOf({ stack = '' }: Error): readonly [string | null, number | null] {
  for (const line of stack.split('\n')) {
    const at = line.indexOf(state.folder)
    const [, path, number] = at < 0 ? [] : (/^[/\\](.+?):(\d+)/.exec(line.slice(at + state.folder.length)) ?? [])
    if (path !== undefined) return [path, Number(number)]
  }
  return [null, null]
}

const sendJson = (value: unknown, letter: 'J' | 'X' = 'J'): void =>
  send(letter, Buffer.from(JSON.stringify(value ?? null)))

/** Waits until it is taken: the descriptor blocks. */
function send(letter: 'J' | 'B' | 'E' | 'X', payload: Uint8Array = new Uint8Array()): void {
  const frame = Buffer.alloc(5 + payload.byteLength)
  frame.writeUInt32BE(payload.byteLength + 1)
  frame.write(letter, 4, 'latin1')
  frame.set(payload, 5)
  for (let at = 0; at < frame.length; ) at += writeSync(answers, frame, at)
}

async function* questions(): AsyncGenerator<Question> {
  let held = Buffer.alloc(0)
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    held = Buffer.concat([held, chunk])
    while (held.length >= 4 && held.length >= 4 + held.readUInt32BE()) {
      const end = 4 + held.readUInt32BE()
      yield JSON.parse(held.toString('utf8', 4, end)) as Question
      held = held.subarray(end)
    }
  }
}

if (import.meta.main) await runConnection()
