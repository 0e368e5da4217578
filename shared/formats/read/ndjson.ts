import { Fault } from '../../domain/faults.ts'
import { distinctNames } from '../names.ts'
import type { Builder } from './builder.ts'
import { readJsonCell, skipSpace, skipValue, unescaped } from './json.ts'

/** The keys of a file's objects, in the order in which the writer puts them. */
export interface Keys {
  /** Each key with its quotes. */
  readonly written: readonly Buffer[]
  readonly positions: ReadonlyMap<string, number>
}

export function keysOf(names: readonly string[]): Keys {
  const distinct = distinctNames(names)
  return {
    written: distinct.map((name) => Buffer.from(JSON.stringify(name))),
    positions: new Map(distinct.map((name, i) => [name, i])),
  }
}

/**
 * Adds the object on a line to the builders, each under its key; an undefined one is not wanted. `rows` is how many
 * each holds before. A missing key is a null, an unknown one is passed over. Fault: source-failed.
 */
export function addJsonLine(
  line: Buffer,
  keys: Keys,
  builders: readonly (Builder | undefined)[],
  rows: number,
  row: number,
): void {
  const fail = (detail: string): Fault =>
    new Fault('source-failed', `Line ${row + 1} of the NDJSON file cannot be read. ${detail}`)
  let at = skipSpace(line, 0)
  if (line[at] !== 123) throw fail('It is no object.')
  at = skipSpace(line, at + 1)
  let next = 0
  while (line[at] !== 125) {
    const keyEnd = line[at] === 34 ? skipValue(line, at) : -1
    if (keyEnd < 0) throw fail('A key is missing.')
    const column = positionOf(keys, line, at, keyEnd, next)
    next = column + 1
    at = skipSpace(line, keyEnd)
    if (line[at] !== 58) throw fail('A colon is missing.')
    const builder = builders[column]
    at = builder ? readJsonCell(line, at + 1, builder) : skipValue(line, skipSpace(line, at + 1))
    if (at < 0) throw fail('A value is no JSON.')
    if (builder && builder.rows !== rows + 1) throw fail('A key comes twice.')
    at = skipSpace(line, at)
    if (line[at] === 44) at = skipSpace(line, at + 1)
    else if (line[at] !== 125) throw fail('It is not closed.')
  }
  if (skipSpace(line, at + 1) !== line.length) throw fail('Something follows the object.')
  for (const builder of builders) if (builder?.rows === rows) builder.addNull()
}

/** The column of the key at `from`, -1 for none; `next` is the likely one and spares the look-up. */
function positionOf(keys: Keys, line: Buffer, from: number, to: number, next: number): number {
  const likely = keys.written[next]
  if (likely?.length === to - from) {
    let i = 0
    while (i < likely.length && likely[i] === line[from + i]) i++
    if (i === likely.length) return next
  }
  return keys.positions.get(unescaped(line, from, to).toString()) ?? -1
}
