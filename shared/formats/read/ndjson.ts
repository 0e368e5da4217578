import { Fault } from '../../domain/faults.ts'
import type { Builder } from './builder.ts'
import { readJsonCell, skipSpace, skipValue, unescaped } from './json.ts'

/**
 * Adds the object on a line to the builders, each under its key; an undefined one is not wanted. A missing key is a
 * null, an unknown one is passed over. Fault: source-failed.
 */
export function addJsonLine(
  line: Buffer,
  keys: ReadonlyMap<string, number>,
  builders: readonly (Builder | undefined)[],
  row: number,
): void {
  const rows = builders.map((builder) => builder?.rows)
  const fail = (detail: string, cause?: unknown): Fault =>
    new Fault('source-failed', `Line ${row + 1} of the NDJSON file cannot be read. ${detail}`, { cause })
  let at = skipSpace(line, 0)
  if (line[at] !== 123) throw fail('It is no object.')
  at = skipSpace(line, at + 1)
  while (line[at] !== 125) {
    const keyEnd = line[at] === 34 ? skipValue(line, at) : -1
    if (keyEnd < 0) throw fail('A key is missing.')
    const column = keys.get(unescaped(line, at, keyEnd).toString())
    at = skipSpace(line, keyEnd)
    if (line[at] !== 58) throw fail('A colon is missing.')
    const builder = column === undefined ? undefined : builders[column]
    at = builder ? readJsonCell(line, at + 1, builder) : skipValue(line, skipSpace(line, at + 1))
    if (at < 0) throw fail('A value is no JSON.')
    if (builder && builder.rows !== rows[column!]! + 1) throw fail('A key comes twice.')
    at = skipSpace(line, at)
    if (line[at] === 44) at = skipSpace(line, at + 1)
    else if (line[at] !== 125) throw fail('It is not closed.')
  }
  if (skipSpace(line, at + 1) !== line.length) throw fail('Something follows the object.')
  builders.forEach((builder, i) => {
    if (builder && builder.rows === rows[i]) builder.addNull()
  })
}
