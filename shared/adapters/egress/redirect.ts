import { Fault } from '../../domain/faults.ts'
import { notAllowed } from './dial.ts'
import type { Sent } from './sent.ts'

/**
 * The request that follows a redirect: same scheme, nothing but harmless headers to another origin, and a body never
 * sent twice. Faults: address-not-allowed for a scheme that is not HTTP, source-failed for the rest.
 */
export function followed(sent: Sent, status: number, location: string): Sent {
  const url = URL.parse(location, sent.url.href)
  if (url === null) throw redirectFault('The server redirected to something that is not a URL.')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw notAllowed()
  if (url.protocol !== sent.url.protocol) throw redirectFault('The server redirected to another scheme.')
  // A server that puts a login into its redirect would have it sent on: it is neither used nor kept.
  url.username = ''
  url.password = ''
  const becomesGet = status === 303 || ((status === 301 || status === 302) && sent.method === 'POST')
  if (!becomesGet && sent.body !== undefined)
    throw redirectFault('The server redirected, and asks for the body a second time.')
  const method = becomesGet && sent.method !== 'HEAD' ? 'GET' : sent.method
  return { url, method, headers: keptHeaders(sent, url), body: undefined }
}

/** API keys travel under any name, so another origin gets only headers that are known to hold none. */
function keptHeaders(sent: Sent, url: URL): Headers {
  const isSameOrigin = url.origin === sent.url.origin
  const kept = [...sent.headers].filter(([name]) =>
    isSameOrigin ? !name.startsWith('content-') : harmlessHeaders.includes(name),
  )
  return new Headers(kept)
}

const harmlessHeaders = ['accept', 'accept-encoding', 'accept-language', 'range', 'user-agent']

const redirectFault = (detail: string): Fault =>
  new Fault('source-failed', detail, { hint: 'Use the URL that it leads to.' })
