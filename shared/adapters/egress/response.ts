import type { IncomingMessage } from 'node:http'
import { Fault } from '../../domain/faults.ts'
import { timedOut } from './dial.ts'
import type { Sent } from './sent.ts'

interface ResponseOptions {
  readonly sent: Sent
  readonly signal: AbortSignal | undefined
  readonly idleTimeoutMs: number
}

/** A web Response over an answer. Its body is pulled: what nobody asks for stays with the server. */
export function toResponse(answer: IncomingMessage, options: ResponseOptions): Response {
  const { method, url } = options.sent
  const status = answer.statusCode ?? 0
  if (status < 200 || status > 599) {
    answer.destroy()
    throw new Fault('source-failed', `The server answered with the status ${status}, which HTTP does not have.`)
  }
  const hasBody = method !== 'HEAD' && ![204, 205, 304].includes(status)
  if (!hasBody) answer.resume()
  const response = new Response(hasBody ? toStream(answer, options) : null, {
    status,
    statusText: answer.statusMessage ?? '',
    headers: headersOf(answer),
  })
  return Object.defineProperty(response, 'url', { value: url.href })
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i]!, rawHeaders[i + 1]!)
  return headers
}

function toStream(answer: IncomingMessage, { signal, idleTimeoutMs }: ResponseOptions): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = answer[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // Only while waiting: a reader may take its time between two reads.
        const idle = setTimeout(() => answer.destroy(timedOut()), idleTimeoutMs)
        try {
          const { done, value } = await chunks.next()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          controller.error(signal?.aborted ? signal.reason : exchangeFault(error))
        } finally {
          clearTimeout(idle)
        }
      },
      cancel() {
        answer.destroy()
      },
    },
    { highWaterMark: 0 },
  )
}

/** What an exchange that broke off is to the caller. */
export const exchangeFault = (cause: unknown): Fault =>
  cause instanceof Fault
    ? cause
    : new Fault('source-failed', 'The server broke off, or did not speak HTTP.', {
        hint: 'Check the URL in the connector; if it is right, ask who runs the server.',
        cause,
      })
