/** Batches like those of TPC-H's lineitem, made in memory: sixteen columns, repeatable. */
import type { Batch, Column, FieldType, Rows, Schema } from '../shared/domain/batch.ts'

const money: FieldType = { is: 'decimal', precision: 15, scale: 2 }
const columns: readonly (readonly [string, FieldType])[] = [
  ['l_orderkey', { is: 'int64' }],
  ['l_partkey', { is: 'int64' }],
  ['l_suppkey', { is: 'int64' }],
  ['l_linenumber', { is: 'int32' }],
  ['l_quantity', money],
  ['l_extendedprice', money],
  ['l_discount', money],
  ['l_tax', money],
  ['l_returnflag', { is: 'utf8' }],
  ['l_linestatus', { is: 'utf8' }],
  ['l_shipdate', { is: 'date' }],
  ['l_commitdate', { is: 'date' }],
  ['l_receiptdate', { is: 'date' }],
  ['l_shipinstruct', { is: 'utf8' }],
  ['l_shipmode', { is: 'utf8' }],
  ['l_comment', { is: 'utf8' }],
]

export const lineitemSchema: Schema = columns.map(([name, type]) => ({ name, type, nullable: false, native: type.is }))

/** `count` rows; the memory of one batch is used for all. */
export function lineitem(count: number, batchRows = 8192): Rows {
  return {
    schema: lineitemSchema,
    batches: (async function* () {
      const fill = newFiller(batchRows)
      for (let from = 0; from < count; from += batchRows) yield fill(from, Math.min(batchRows, count - from))
    })(),
  }
}

const bytesOf = (texts: readonly string[]): readonly Uint8Array[] => texts.map((text) => new TextEncoder().encode(text))
const flags = bytesOf(['A', 'N', 'R'])
const states = bytesOf(['F', 'O'])
const instructions = bytesOf(['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'])
const modes = bytesOf(['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB'])
const comment = 'carefully final deposits sleep furiously above the ironic accounts; slyly regular packages wake '
const words = bytesOf(comment.split(/(?<= )/))

function newFiller(batchRows: number): (from: number, rows: number) => Batch {
  let seed = 42
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0
    return Math.floor(((seed >>> 0) / 2 ** 32) * below)
  }
  const big = columns.map(() => new Int32Array(batchRows * 2))
  const fixed = columns.map(([, { is }], i): Column => {
    const values = is === 'int32' || is === 'date' ? new Int32Array(batchRows) : new BigInt64Array(big[i]!.buffer)
    return { layout: 'fixed', values }
  })
  const texts = columns.map(() => ({ offsets: new Int32Array(batchRows + 1), data: new Uint8Array(batchRows * 50) }))
  const addText = (
    column: number,
    row: number,
    choices: readonly Uint8Array[],
    chosen = random(choices.length),
  ): void => {
    const { offsets, data } = texts[column]!
    const text = choices[chosen]!
    let at = offsets[row + 1]!
    for (let i = 0; i < text.length; i++) data[at++] = text[i]!
    offsets[row + 1] = at
  }
  const small = (column: number): Int32Array => (fixed[column] as { values: Int32Array }).values
  return (from, rows) => {
    for (let row = 0; row < rows; row++) {
      const order = Math.floor((from + row) / 4)
      const quantity = 1 + random(50)
      const shipped = 8036 + random(2526)
      big[0]![2 * row] = order * 4 + 1
      big[1]![2 * row] = 1 + random(200_000)
      big[2]![2 * row] = 1 + random(10_000)
      small(3)[row] = 1 + ((from + row) % 4)
      big[4]![2 * row] = quantity * 100
      big[5]![2 * row] = quantity * (90_000 + random(100_000))
      big[6]![2 * row] = random(11)
      big[7]![2 * row] = random(9)
      for (const { offsets } of texts) offsets[row + 1] = offsets[row]!
      addText(8, row, flags)
      addText(9, row, states, shipped > 9300 ? 1 : 0)
      small(10)[row] = shipped
      small(11)[row] = shipped + random(60) - 30
      small(12)[row] = shipped + 1 + random(30)
      addText(13, row, instructions)
      addText(14, row, modes)
      for (let word = 0; word < 4; word++) addText(15, row, words)
    }
    return {
      rows,
      columns: columns.map(([, { is }], i) => (is === 'utf8' ? { layout: 'bytes', ...texts[i]! } : fixed[i]!)),
    }
  }
}
