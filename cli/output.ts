import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { UsageError } from './command.ts'
import { cellText, makeTable } from './table.ts'
import type { Terminal } from './terminal.ts'

export const outputFormats = ['table', 'json', 'ndjson', 'csv', 'arrow', 'parquet'] as const
export type OutputFormat = (typeof outputFormats)[number]

const byEnding: Readonly<Record<string, OutputFormat>> = {
  parquet: 'parquet',
  csv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  arrow: 'arrow',
  arrows: 'arrow',
}

/** Where the data goes: standard output, or a file that is seen whole or not at all. */
export interface Output {
  readonly format: OutputFormat
  /** The fields that `--json` names, undefined for all of them. */
  readonly fields: readonly string[] | undefined
  /** A file was named. */
  readonly file: string | undefined
  readonly terminal: Terminal
  write(piece: string | Uint8Array): Promise<void>
  /** Makes the file what was written. */
  end(): Promise<void>
  /** Takes back what was written to a file. */
  drop(): Promise<void>
}

export interface OutputOptions {
  readonly json?: string | undefined
  readonly format?: string | undefined
  readonly output?: string | undefined
}

export function openOutput({ json, format, output }: OutputOptions, terminal: Terminal): Output {
  if (format !== undefined && !(outputFormats as readonly string[]).includes(format))
    throw new UsageError(`--format takes one of ${outputFormats.join(', ')}.`)
  if (json !== undefined && format !== undefined) throw new UsageError('--json and --format say two things.')
  const file = output === '-' ? undefined : output
  const ending = file === undefined ? undefined : byEnding[/\.(\w+)$/.exec(file)?.[1]?.toLowerCase() ?? '']
  const chosen = (format as OutputFormat) ?? (json === undefined ? undefined : 'json') ?? ending
  const draft = file === undefined ? undefined : `${file}.${process.pid}.part`
  let stream: NodeJS.WritableStream | undefined
  let broken: Error | undefined
  return {
    format: chosen ?? (terminal.isOut && output === undefined ? 'table' : 'ndjson'),
    fields: json ? json.split(',') : undefined,
    file,
    terminal,
    async write(piece) {
      if (stream === undefined) {
        stream = draft === undefined ? process.stdout : createWriteStream(draft)
        stream.on('error', (error) => {
          broken = error
        })
      }
      if (broken) throw broken
      if (!stream.write(piece)) await drained(stream)
    },
    async end() {
      if (draft === undefined) return
      if (stream === undefined) stream = createWriteStream(draft)
      stream.end()
      await once(stream, 'close')
      if (broken) throw broken
      await rename(draft, file!)
    },
    async drop() {
      if (draft === undefined || stream === undefined) return
      stream.end()
      await rm(draft, { force: true })
    },
  }
}

/** Waits until it takes more, or takes nothing any more. */
const drained = (stream: NodeJS.WritableStream): Promise<void> =>
  new Promise((resolve) => {
    const events = ['drain', 'close', 'error'] as const
    const done = () => {
      for (const event of events) stream.off(event, done)
      resolve()
    }
    for (const event of events) stream.on(event, done)
  })

type Item = Readonly<Record<string, unknown>>

/** Things, of which a table shows `columns`, every other format everything (or what `--json` names). */
export async function writeItems(
  output: Output,
  items: AsyncIterable<Item> | Iterable<Item>,
  columns: readonly string[],
): Promise<number> {
  const { format, fields, terminal } = output
  const chosen = (item: Item) =>
    fields === undefined ? item : Object.fromEntries(fields.map((name) => [name, pick(item, name) ?? null]))
  if (format === 'arrow' || format === 'parquet')
    throw new UsageError(`There is no ${format} of this: take json or csv.`)
  let count = 0
  let held: Item[] = []
  let table: ReturnType<typeof makeTable> | undefined
  const flush = async () => {
    if (held.length === 0) return
    const rows = held.map((item) => columns.map((name) => pick(item, name) ?? ''))
    if (table === undefined) {
      table = makeTable(columns, rows, terminal)
      await output.write(`${table.heading()}\n`)
    }
    await output.write(rows.map((row) => `${table!.row(row)}\n`).join(''))
    held = []
  }
  if (format === 'json') await output.write('[')
  if (format === 'csv') await output.write(`${columns.map(csvCell).join(',')}\r\n`)
  for await (const item of items) {
    if (format === 'json') await output.write(`${count > 0 ? ',' : ''}\n${JSON.stringify(chosen(item))}`)
    else if (format === 'ndjson') await output.write(`${JSON.stringify(chosen(item))}\n`)
    else if (format === 'csv') await output.write(`${columns.map((name) => csvCell(pick(item, name))).join(',')}\r\n`)
    else held.push(item)
    if (held.length >= 100) await flush()
    count++
  }
  if (format === 'json') await output.write(count > 0 ? '\n]\n' : ']\n')
  await flush()
  return count
}

/** One thing: on a terminal a line a field, elsewhere JSON on one line. */
export async function writeItem(output: Output, item: Item): Promise<void> {
  const { format, fields, terminal } = output
  const shown = fields === undefined ? item : Object.fromEntries(fields.map((name) => [name, pick(item, name) ?? null]))
  if (format === 'json') return output.write(`${JSON.stringify(shown, null, 2)}\n`)
  if (format !== 'table') return void (await writeItems(output, [item], Object.keys(item)))
  const width = Math.max(...Object.keys(item).map((name) => name.length))
  const lines = Object.entries(item).map(([name, value]) => {
    const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : cellText(value)
    return `${terminal.style('bold', name.padEnd(width))}  ${value === null ? terminal.style('dim', text) : text}\n`
  })
  return output.write(lines.join(''))
}

/** A field of a thing, `a.b` of what is in it. */
const pick = (item: Item, name: string): unknown =>
  name in item
    ? item[name]
    : name.split('.').reduce<unknown>((at, part) => (at as Item | null | undefined)?.[part], item)

const csvCell = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
