import { Fault } from '../../domain/faults.ts'
import { notAllowed } from './dial.ts'

/** One request as it goes over the wire. */
export interface Sent {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined
}

/** The request that `fetch(url, init)` means. Faults: address-not-allowed for a scheme that is not HTTP, invalid-request. */
export async function toSent(url: URL, init: RequestInit): Promise<Sent> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw notAllowed()
  if (url.username !== '' || url.password !== '')
    throw new Fault('invalid-request', 'The URL holds a user name or a password.', {
      hint: 'Take it out of the URL and give it as the credential.',
    })
  // The platform reads the init as the standard has it; the signal stays ours, so that aborting gives its reason.
  const { signal: _, redirect: __, ...rest } = init
  const isStream = init.body instanceof ReadableStream || isAsyncIterable(init.body)
  const request = new Request(url.href, isStream ? ({ ...rest, duplex: 'half' } as RequestInit) : rest)
  const headers = new Headers(request.headers)
  for (const name of ownHeaders) headers.delete(name)
  if (!headers.has('accept-encoding')) headers.set('accept-encoding', 'identity')
  if (!headers.has('user-agent')) headers.set('user-agent', 'headgate')
  return { url, method: request.method, headers, body: await bodyOf(request, isStream) }
}

/** What only the connection itself may say. */
const ownHeaders = ['host', 'connection', 'content-length', 'expect', 'transfer-encoding', 'upgrade']

async function bodyOf(request: Request, isStream: boolean): Promise<Sent['body']> {
  if (request.body === null) return undefined
  return isStream ? request.body : new Uint8Array(await request.arrayBuffer())
}

const isAsyncIterable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value
