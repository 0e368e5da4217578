/** Text in which every row is a line of its own: what is long of it, another thread can write. */
import type { Batch, Column, FieldType, Rows, Schema } from '../../domain/batch.ts'
import { newBytes } from '../bytes.ts'
import type { EncodeOptions } from '../encode.ts'
import type { GroupEncoder, GroupFormat } from '../groups/encoder.ts'
import type { Group, KeptColumn } from '../groups/group.ts'
import { hasSecondCore, writeGroups } from '../groups/write.ts'
import { valuesIn } from '../values.ts'
import { type TextFormat, type WriteRows, writeText } from './rows.ts'

export interface LineFormat extends Omit<TextFormat, 'end'> {
  readonly format: GroupFormat
}

/** From then on a file is long enough for a thread of its own. */
const rowsHere = 65_536
const group = { rows: 4096, bytes: 512 * 1024 }

/** The bytes of all rows: those of a short file by this thread, the others of a long one by a second. */
export async function* writeLines(
  { schema, batches }: Rows,
  { format, begin, batch }: LineFormat,
  options: EncodeOptions,
): AsyncGenerator<Uint8Array> {
  const { signal, worker = hasSecondCore() } = options
  const source = batches[Symbol.asyncIterator]()
  let rows = 0
  let isOver = false
  const beginning = async function* (): AsyncGenerator<Batch> {
    while (!worker || rows < rowsHere) {
      const next = await source.next()
      if (next.done) {
        isOver = true
        return
      }
      rows += next.value.rows
      yield next.value
    }
  }
  try {
    yield* writeText({ schema, batches: beginning() }, { begin, batch, end: () => {} }, signal)
    if (isOver) return
    // A null where the source promised none is for these formats to write, not to refuse.
    const nullable = schema.map((field) => ({ ...field, nullable: true }))
    const rest: Rows = { schema: nullable, batches: { [Symbol.asyncIterator]: () => source } }
    yield* writeGroups(rest, { format, ...group, here: () => newLineEncoder(schema, batch) }, options)
  } finally {
    await source.return?.()
  }
}

/** An encoder of lines: nothing comes before the first or after the last. */
export function newLineEncoder(schema: Schema, lines: WriteRows): GroupEncoder {
  const out = newBytes()
  return {
    encode(group) {
      out.at = 0
      const writeRow = lines({ rows: group.rows, columns: columnsOf(group, schema) })
      for (let row = 0; row < group.rows; row++) writeRow(out, row, false)
      return out.buffer.slice(0, out.at)
    },
    finish: () => new Uint8Array(0),
  }
}

const columnsOf = ({ columns }: Group, schema: Schema): Column[] =>
  columns.map((column, i) => columnOf(column, schema[i]!.type))

/** The kept column as its type has it. */
function columnOf({ data, offsets, items, hasNulls, validity }: KeptColumn, type: FieldType): Column {
  const nulls = hasNulls ? { validity } : {}
  if (type.is === 'list') return { ...nulls, layout: 'list', offsets, items: columnOf(items!, type.of) }
  if (type.is === 'utf8' || type.is === 'json' || type.is === 'binary')
    return { ...nulls, layout: 'bytes', offsets, data }
  return { ...nulls, layout: 'fixed', values: valuesIn(type, data) }
}
