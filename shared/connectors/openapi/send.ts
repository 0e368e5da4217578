import { Fault } from '../../domain/faults.ts'
import type { OpenAt } from '../kind.ts'
import type { Credential } from '../web/auth.ts'
import { readBytes } from '../web/read-reply.ts'
import type { SignIn } from '../web/sign-in.ts'
import type { BuiltRequest } from './build-request.ts'
import type { Config } from './config.ts'

/** Sends a request with the credential, and gives an answer of 200 to 299. Faults: source-refused, source-failed, … */
export type Send = (request: BuiltRequest, what: string, isPublic?: boolean) => Promise<Response>

const mostRedirects = 3

export const sender =
  ({ egress, signal }: Pick<OpenAt<Config, Credential>, 'egress' | 'signal'>, { sign, forget, mask }: SignIn): Send =>
  async (request, what, isPublic = false) => {
    let { url } = request
    for (let hop = 0, isRetry = false; ; ) {
      const { method, headers, body, url: at } = isPublic ? request : await sign({ ...request, url })
      const to = isPublic ? url : at
      const response = await egress.fetch(to, { method, headers, signal, ...(body && { body }) })
      if (response.ok) return response
      if (response.status === 401 && !isRetry && !isPublic && forget()) {
        // A token may be withdrawn before its time.
        isRetry = true
        await response.body?.cancel()
        continue
      }
      const next = nextUrl(response, method, url)
      if (next === undefined || hop === mostRedirects) throw await told(response, what, mask)
      await response.body?.cancel()
      url = next
      hop++
    }
  }

/** A redirect is followed within the origin, and where nothing is sent twice. */
function nextUrl({ status, headers }: Response, method: string, from: URL): URL | undefined {
  const location = headers.get('location')
  if (![301, 302, 303, 307, 308].includes(status) || location === null || !/^(GET|HEAD)$/.test(method)) return undefined
  const url = URL.parse(location, from.href)
  return url !== null && url.origin === from.origin && url.username === '' ? url : undefined
}

const excerptBytes = 4_000
const excerptLength = 200

async function told(response: Response, what: string, mask: (text: string) => string): Promise<Fault> {
  const { status } = response
  const refused = status === 401 || status === 403
  // Programs want the number itself.
  const headers = { 'headgate-source-status': String(status) }
  const detail = `${what} answered ${status}${await excerptOf(response, mask)}.`
  if (refused)
    return new Fault('source-refused', detail, {
      cause: { status },
      headers,
      hint: 'Check the credential of the connector, and what it may do at the API.',
    })
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new Fault('source-failed', detail, {
    hint: hintOf(status),
    cause: { status },
    headers,
    ...(Number.isInteger(retryAfter) && retryAfter >= 0 && { retryAfter }),
  })
}

/** The status that a fault of sending tells; undefined for every other fault. */
export const statusOf = (thrown: unknown): number | undefined =>
  thrown instanceof Fault ? (thrown.cause as { status?: number } | undefined)?.status : undefined

const hintOf = (status: number): string => {
  if (status >= 500) return 'Try again later; if it stays, ask who runs the API.'
  if (status === 429) return 'The API is asked too often: try again later.'
  if (status >= 300 && status < 400) return 'The API has moved: give the connector its new base URL.'
  return 'Compare the arguments with what the operation takes.'
}

/** The beginning of a body that says something to people: JSON or plain text, on one line, without secrets. */
async function excerptOf(response: Response, mask: (text: string) => string): Promise<string> {
  const isTold = /^(text\/plain|[\w.-]+\/([\w.-]+\+)?json)\b/i.test(response.headers.get('content-type') ?? '')
  try {
    if (!isTold) {
      await response.body?.cancel()
      return ''
    }
    // Masked before it is cut: a part of a secret is not found.
    const text = mask((await readBytes(response, excerptBytes)).toString('utf8'))
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim()
    return text === '' ? '' : `: ${text.length > excerptLength ? `${text.slice(0, excerptLength)}…` : text}`
  } catch {
    return ''
  }
}
