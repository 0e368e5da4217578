import type { Rows, RowsPage } from '../clients/typescript/index.ts'
import { UsageError } from './command.ts'
import type { Context } from './context.ts'
import { bytesText } from './progress.ts'
import { makeTable } from './table.ts'

type AnyRows = Rows<{ readonly limit?: number }>

/** Rows in the format asked for: a table for people, otherwise as the server writes them, streamed. */
export async function writeRows(context: Context, rows: Rows<never>, window: object): Promise<void> {
  const { output } = context
  const { format, terminal, fields } = output
  const source = rows as unknown as AnyRows
  if (format === 'table') return writeTable(context, source, window)
  if (fields !== undefined) throw new UsageError('Columns of rows are chosen with --select.')
  if ((format === 'parquet' || format === 'arrow') && output.file === undefined && terminal.isOut)
    throw new UsageError(`A terminal does not show ${format}.`, `Name a file: -o rows.${format}`)
  const progress = context.progress()
  let bytes = 0
  const count = (piece: Uint8Array) => {
    bytes += piece.byteLength
    progress.show(`${bytesText(bytes)} of ${format}`)
  }
  try {
    if (format === 'json') await writeJson(context, source, window)
    else
      for await (const piece of source.stream(format, window)) {
        await output.write(piece)
        // What is drawn over would stand in the middle of what is shown.
        if (output.file !== undefined || !terminal.isOut) count(piece)
      }
  } finally {
    progress.end()
  }
  if (output.file !== undefined) context.note(`${output.file}: ${bytesText(bytes)}`)
}

/** A JSON list of the lines, which are not read: every digit stays as it was sent. */
async function writeJson({ output }: Context, rows: AnyRows, window: object): Promise<void> {
  let before = '[\n'
  for await (const piece of rows.stream('ndjson', window)) {
    // Within JSON a line never ends, so that bytes will do.
    const text = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1')
    const isEnd = text.endsWith('\n')
    const lines = (isEnd ? text.slice(0, -1) : text).replaceAll('\n', ',\n')
    await output.write(Buffer.from(before + lines, 'latin1'))
    before = isEnd ? ',\n' : ''
  }
  await output.write(before === '[\n' ? '[]\n' : '\n]\n')
}

async function writeTable(context: Context, rows: AnyRows, window: { readonly limit?: number }): Promise<void> {
  let table: ReturnType<typeof makeTable> | undefined
  let count = 0
  // A page at a time: its first rows say how wide the columns are.
  let left = window.limit ?? Number.POSITIVE_INFINITY
  let cursor: string | undefined
  let isCut = false
  do {
    const limit = Math.min(left, 1000)
    const page: RowsPage = await rows.page({ ...window, limit }, cursor)
    if (table === undefined) {
      table = makeTable(
        page.columns.map(({ name }) => name),
        page.rows,
        context.terminal,
      )
      await context.output.write(`${table.heading()}\n`)
    }
    await context.output.write(page.rows.map((row) => `${table!.row(row)}\n`).join(''))
    count += page.rows.length
    left -= page.rows.length
    cursor = page.next ?? undefined
    isCut = left > 0 && cursor === undefined && page.rows.length === limit
  } while (cursor !== undefined && left > 0)
  const more = isCut ? '; perhaps there are more: -o file has them all' : ''
  context.note(context.terminal.style('dim', `${count} ${count === 1 ? 'row' : 'rows'}${more}`))
}
