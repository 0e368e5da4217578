import { Fault } from '../../../domain/faults.ts'

/** Objects in a buffer: object i is `buffer[bounds[2 * i] .. bounds[2 * i + 1])`. */
export interface JsonValues {
  readonly buffer: Buffer
  readonly bounds: readonly number[]
}

const longestValue = 64 * 1024 * 1024

/** What may come next between objects. */
const begin = 0
const value = 1
const comma = 2
const done = 3

/**
 * Cuts JSON text into the objects it lists: the items of one array, or objects one after another, as NDJSON has them.
 * What is handed over is the reader's until it asks for more. Faults: source-failed, too-large.
 */
export async function* cutJson(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<JsonValues> {
  let buffer = Buffer.allocUnsafe(256 * 1024)
  let start = 0
  let end = 0
  let at = 0
  let expected = begin
  let isArray = false
  let depth = 0
  let isText = false
  let isEscaped = false
  let count = 0
  for await (const chunk of chunks) {
    if (end + chunk.length > buffer.length) {
      const kept = depth > 0 ? end - start : 0
      if (kept + chunk.length > longestValue && kept > 0) throw tooLong(count)
      const target = (kept + chunk.length) * 2 <= buffer.length ? buffer : Buffer.allocUnsafe((kept + chunk.length) * 2)
      buffer.copy(target, 0, end - kept, end)
      buffer = target
      at = kept
      end = kept
      start = 0
    }
    buffer.set(chunk, end)
    end += chunk.length
    const bounds: number[] = []
    for (; at < end; at++) {
      const byte = buffer[at]!
      if (depth > 0) {
        if (isText) {
          if (isEscaped) isEscaped = false
          else if (byte === 92) isEscaped = true
          else if (byte === 34) isText = false
        } else if (byte === 34) isText = true
        else if (byte === 123 || byte === 91) depth++
        else if ((byte === 125 || byte === 93) && --depth === 0) {
          bounds.push(start, at + 1)
          expected = comma
        }
        continue
      }
      if (byte === 32 || byte === 9 || byte === 10 || byte === 13) continue
      if (byte === 123 && (expected === begin || expected === value || (expected === comma && !isArray))) {
        start = at
        depth = 1
      } else if (byte === 91 && expected === begin) {
        isArray = true
        expected = value
      } else if (byte === 44 && isArray && expected === comma) expected = value
      else if (byte === 93 && isArray && (expected === comma || (expected === value && count + bounds.length === 0)))
        expected = done
      else throw notObjects(count + bounds.length / 2)
    }
    if (bounds.length === 0) continue
    count += bounds.length / 2
    yield { buffer, bounds }
  }
  if (depth > 0 || (isArray && expected !== done))
    throw new Fault('source-failed', 'The JSON file ends before its end.', { hint: 'Look whether the file is whole.' })
}

const notObjects = (count: number): Fault =>
  new Fault('source-failed', `What follows ${count} objects in the JSON file is no object.`, {
    hint: 'Rows are the objects of one array, or objects one after another. Copy other JSON as it is: parse "none".',
  })

const tooLong = (count: number): Fault =>
  new Fault('too-large', `Object ${count + 1} of the JSON file is longer than 64 MB.`, {
    hint: 'Copy the file as it is: parse "none".',
  })
