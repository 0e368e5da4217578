/** JSON text read where it lies, without making values of it. Positions are in bytes; -1 says that it is no JSON. */
import { Fault } from '../../domain/faults.ts'
import type { Builder } from './builder.ts'

const quote = 34
const backslash = 92

/** Adds the value at `at` to the builder and returns where it ends. Fault: source-failed, value-not-representable. */
export function readJsonCell(text: Buffer, at: number, builder: Builder): number {
  const start = skipSpace(text, at)
  const end = skipValue(text, start)
  if (end < 0) throw broken('A value is no JSON.')
  if (builder.type.is === 'json') {
    const raw = text.subarray(at, skipSpace(text, end))
    // A space behind it marks a null that is JSON's own: the writer puts it there.
    const isNull = text[start] === 110
    if (isNull && raw.length === end - at) builder.addNull()
    else builder.addText(isNull ? raw.subarray(0, -1) : raw)
    return at + raw.length
  }
  if (text[start] === 110) builder.addNull()
  else if (builder.items) readList(text, start, builder)
  else {
    const cell = text[start] === quote ? unescaped(text, start, end) : text.subarray(start, end)
    if (!builder.addText(cell)) throw broken(`A value is no ${builder.type.is}.`)
  }
  return end
}

/** The string between the quotes at `start` and before `end`. */
export function unescaped(text: Buffer, start: number, end: number): Buffer {
  const raw = text.subarray(start + 1, end - 1)
  if (!raw.includes(backslash)) return raw
  let value: unknown
  try {
    // A string alone holds no number that could be rounded.
    value = JSON.parse(text.toString('utf8', start, end))
  } catch (cause) {
    throw broken('A string has an escape that JSON does not know.', cause)
  }
  if (!(value as string).isWellFormed()) {
    throw new Fault(
      'value-not-representable',
      'A JSON string holds half of a surrogate pair, which UTF-8 cannot carry.',
    )
  }
  return Buffer.from(value as string)
}

export function skipSpace(text: Buffer, at: number): number {
  while (text[at] === 32 || text[at] === 9 || text[at] === 10 || text[at] === 13) at++
  return at
}

/** Where the value at `at` ends. */
export function skipValue(text: Buffer, at: number): number {
  const first = text[at]
  if (first === quote) return skipString(text, at)
  if (first === 91 || first === 123) return skipNested(text, at)
  let end = at
  while (end < text.length && isWordByte(text[end]!)) end++
  const isWord = /^(-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|true|false|null)$/
  return isWord.test(text.toString('latin1', at, end)) ? end : -1
}

function skipString(text: Buffer, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === backslash) end++
    else if (text[end] === quote) return end + 1
  }
  return -1
}

function skipNested(text: Buffer, at: number): number {
  let depth = 0
  while (at < text.length) {
    const byte = text[at]!
    if (byte === quote) {
      at = skipString(text, at)
      if (at < 0) return -1
      continue
    }
    if (byte === 91 || byte === 123) depth++
    if (byte === 93 || byte === 125) depth--
    at++
    if (depth === 0) return at
  }
  return -1
}

function readList(text: Buffer, start: number, builder: Builder): void {
  if (text[start] !== 91) throw broken('A value is no list.')
  let at = start + 1
  while (text[skipSpace(text, at)] !== 93) {
    at = skipSpace(text, readJsonCell(text, at, builder.items!))
    if (text[at] === 44) at++
    else if (text[at] !== 93) throw broken('A list is not closed.')
  }
  builder.addList()
}

/** Letters, digits, signs and points: what numbers, true, false and null are made of. */
const isWordByte = (byte: number): boolean =>
  (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 122) || byte === 69 || byte === 43 || byte === 45 || byte === 46

const broken = (detail: string, cause?: unknown): Fault => new Fault('source-failed', detail, { cause })
