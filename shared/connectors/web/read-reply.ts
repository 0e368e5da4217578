import { Fault } from '../../domain/faults.ts'

/** The body of a response, up to so many bytes. Faults: too-large, source-failed. */
export async function readBytes(response: Response, limit: number): Promise<Buffer> {
  refuseCoding(response)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    // Leaving the loop cancels the body, and with it the connection.
    if (size > limit) throw tooLarge(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A JSON body, its numbers as they came. Faults: those of `readBytes`, source-failed. */
export async function readJson(response: Response, limit: number): Promise<unknown> {
  return parseExactly((await readBytes(response, limit)).toString('utf8'))
}

/** Fault source-failed for a body that is compressed although nobody asked for it. */
export function refuseCoding({ headers }: Response): void {
  const coding = headers.get('content-encoding')
  if (coding !== null && coding.toLowerCase() !== 'identity')
    throw new Fault('source-failed', 'The server compresses its replies although it was asked not to.', {
      hint: 'Ask who runs the server to heed Accept-Encoding.',
    })
}

interface Exact {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
  rawJSON(text: string): unknown
}

/** JSON whose numbers, where a double would change them, are written out again digit by digit. Fault source-failed. */
export function parseExactly(text: string): unknown {
  const { parse, rawJSON } = JSON as unknown as Exact
  try {
    return parse(text, (_, value, { source }) =>
      typeof value === 'number' && source !== undefined && String(value) !== source ? rawJSON(source) : value,
    )
  } catch (cause) {
    const isDeep = cause instanceof RangeError
    throw new Fault(
      'source-failed',
      isDeep ? 'The reply is nested too deep.' : 'The reply says it is JSON and is not.',
      {
        hint: 'Call the operation by other means to see what it answers.',
      },
    )
  }
}

const tooLarge = (limit: number): Fault =>
  new Fault('too-large', `The reply is larger than ${Math.round(limit / 1e5) / 10} MB.`, {
    hint: 'Ask for less by the parameters of the operation, or take a snapshot of it.',
  })
