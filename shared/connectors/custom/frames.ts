import type { Readable } from 'node:stream'
import { Fault } from '../../domain/faults.ts'

/** One answer of the code: `run-python.py` says how they are written. */
export type Answer =
  | { readonly is: 'json' | 'error'; readonly json: unknown }
  | { readonly is: 'bytes'; readonly bytes: Uint8Array }
  | { readonly is: 'end' }

const longestFrame = 16 * 1024 * 1024

/** Answers as they are asked for: what nobody takes stays with the code. Fault source-failed for what is none. */
export async function* readAnswers(stream: Readable): AsyncGenerator<Answer> {
  let held: Buffer[] = []
  let size = 0
  let wanted = 4
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    held.push(chunk)
    size += chunk.length
    if (size < wanted) continue
    let bytes = Buffer.concat(held)
    while (bytes.length >= 4) {
      const length = bytes.readUInt32BE()
      if (length < 1 || length > longestFrame) throw broken()
      wanted = 4 + length
      if (bytes.length < wanted) break
      yield toAnswer(bytes.subarray(4, wanted))
      bytes = bytes.subarray(wanted)
      wanted = 4
    }
    held = [bytes]
    size = bytes.length
  }
}

function toAnswer(frame: Buffer): Answer {
  const payload = frame.subarray(1)
  switch (String.fromCharCode(frame[0]!)) {
    case 'B':
      return { is: 'bytes', bytes: payload }
    case 'E':
      return { is: 'end' }
    case 'J':
    case 'X':
      return { is: frame[0] === 88 ? 'error' : 'json', json: parse(payload) }
    default:
      throw broken()
  }
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'))
  } catch (cause) {
    throw broken(cause)
  }
}

const broken = (cause?: unknown): Fault =>
  new Fault('source-failed', 'What the code of the connection answered cannot be read.', {
    hint: 'It must not write to descriptor 3.',
    cause,
  })
