/** The messages of the protocol as bytes, and back. (PostgreSQL manual, "Message Formats".) */

import { Fault } from '../../domain/faults.ts'

/** A column as the server describes it. A domain is described as its base type. */
export interface Described {
  readonly name: string
  readonly type: number
  /** -1 where the type has none. */
  readonly modifier: number
}

const int16 = (value: number): Buffer => Buffer.from([value >> 8, value])
const int32 = (value: number): Buffer => Buffer.from([value >> 24, value >> 16, value >> 8, value])
export const text = (value: string): Buffer => Buffer.from(`${value}\0`)

export function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 4)
  return Buffer.concat([Buffer.from(type), int32(length), ...parts])
}

export const sync = message('S')
export const execute = message('E', text(''), int32(0))

export function parse(sql: string, types: readonly number[]): Buffer {
  if (sql.includes('\0') || !sql.isWellFormed())
    throw new Fault('invalid-request', 'The statement holds a character that no SQL text can hold.')
  return message('P', text(''), text(sql), int16(types.length), ...types.map(int32))
}

export function bind(parameters: readonly (string | null)[], format: 'binary' | 'text'): Buffer {
  const values = parameters.flatMap((value) => {
    if (value === null) return [int32(-1)]
    if (!value.isWellFormed()) throw new Fault('invalid-request', 'A value is not well-formed Unicode.')
    const bytes = Buffer.from(value)
    return [int32(bytes.length), bytes]
  })
  const results = format === 'binary' ? [int16(1), int16(1)] : [int16(0)]
  return message('B', text(''), text(''), int16(0), int16(parameters.length), ...values, ...results)
}

export function rowDescription(body: Buffer): readonly Described[] {
  const columns: Described[] = []
  let at = 2
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const end = body.indexOf(0, at)
    const name = body.toString('utf8', at, end)
    columns.push({ name, type: body.readUInt32BE(end + 7), modifier: body.readInt32BE(end + 13) })
    at = end + 19
  }
  return columns
}

export function errorFields(body: Buffer): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (let at = 0; at < body.length && body[at] !== 0; ) {
    const end = body.indexOf(0, at + 1)
    fields.set(String.fromCharCode(body[at]!), body.toString('utf8', at + 1, end))
    at = end + 1
  }
  return fields
}

/** The columns of a row in text format. */
export function rowTexts(bytes: Buffer, at: number): (string | null)[] {
  const count = bytes.readInt16BE(at)
  return fieldTexts(bytes, at + 2, count)
}

/** Some columns of a row as texts, from the length of the first of them on. */
export function fieldTexts(bytes: Buffer, at: number, count: number): (string | null)[] {
  const texts: (string | null)[] = []
  for (let i = 0; i < count; i++) {
    const length = bytes.readInt32BE(at)
    at += 4
    texts.push(length < 0 ? null : bytes.toString('utf8', at, at + length))
    at += Math.max(0, length)
  }
  return texts
}
