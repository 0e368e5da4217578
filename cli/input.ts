import { readFile } from 'node:fs/promises'
import { UsageError } from './command.ts'
import { readAll } from './context.ts'

/** A text as it is, of a file (`@name`) or of standard input (`-`). */
export const textOf = async (said: string): Promise<string> =>
  said === '-'
    ? readAll(process.stdin)
    : said.startsWith('@')
      ? readFile(said.slice(1), 'utf8').catch((error: NodeJS.ErrnoException) => {
          throw new UsageError(`${said.slice(1)} cannot be read: ${error.code}.`)
        })
      : said

/** A JSON value, said as `textOf` has it. */
export async function bodyOf(said: string): Promise<unknown> {
  const text = await textOf(said)
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError('The body is no JSON.', 'Say it as JSON, as @file, or as - for standard input.')
  }
}

/** `a=1 b.c=text d=[1,2]`: what is JSON is taken as that, everything else as text; `a.b` is b in a. */
export function pairsOf(pairs: readonly (string | undefined)[]): Record<string, unknown> {
  const all: Record<string, unknown> = {}
  for (const pair of pairs) {
    if (pair === undefined) continue
    const at = pair.indexOf('=')
    if (at < 1) throw new UsageError(`${JSON.stringify(pair)} is not name=value.`)
    const path = pair.slice(0, at).split('.')
    let place = all
    for (const part of path.slice(0, -1)) {
      if (!Object.hasOwn(place, part)) define(place, part, {})
      place = place[part] as Record<string, unknown>
    }
    define(place, path.at(-1)!, parseValue(pair.slice(at + 1)))
  }
  return all
}

const define = (place: object, name: string, value: unknown) =>
  Object.defineProperty(place, name, { value, enumerable: true, configurable: true, writable: true })

export function parseValue(said: string): unknown {
  // Digits that a number would not keep stay text.
  if (/^-?\d{16,}$/.test(said)) return said
  try {
    return JSON.parse(said)
  } catch {
    return said
  }
}
