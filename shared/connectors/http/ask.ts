import { Fault } from '../../domain/faults.ts'
import { whileWanted } from '../files/ended.ts'
import type { OpenAt } from '../kind.ts'
import type { SignIn } from '../web/sign-in.ts'
import type { Config, Credential } from './config.ts'

/** A connector that is opened, and how it signs in. */
export interface At extends OpenAt<Config, Credential> {
  readonly signIn: SignIn
}

/** One request with the login, redirects followed as the guarded door follows them. Any status is an answer. */
export async function ask(
  at: At,
  url: URL,
  method: 'GET' | 'HEAD',
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const { signal, egress, signIn } = at
  const send = async (): Promise<Response> => {
    const signed = await signIn.sign({ url, headers: new Headers({ 'accept-encoding': 'identity', ...more }) })
    return await egress.fetch(signed.url, { method, headers: signed.headers, signal, redirect: 'follow' })
  }
  const response = await whileWanted(signal, send())
  // A token may be withdrawn before its time.
  if (response.status !== 401 || !signIn.forget()) return response
  await response.body?.cancel()
  return await whileWanted(signal, send())
}

/** What a status that is no success means to a caller. The body of the answer is not told: it may hold anything. */
export function refusalOf(status: number, key: string): Fault {
  const cause = new Error(`HTTP ${status}`)
  switch (status) {
    case 401:
    case 407:
      return new Fault('source-refused', 'The server asks for another login.', {
        hint: 'Check how the connector logs in, and with what.',
        cause,
      })
    case 403:
      return new Fault('source-refused', 'The server does not let this login read that.', {
        hint: 'Have the login granted the right to read it.',
        cause,
      })
    case 404:
    case 410:
      return new Fault('not-found', `There is no file ${JSON.stringify(key.slice(0, 200))}.`, {
        hint: 'Check its path against the URL of the connector.',
        cause,
      })
    case 412:
      return new Fault('source-changed', 'The file changed while it was read.', { hint: 'Read it again.', cause })
    case 429:
    case 503:
      return new Fault('source-timeout', 'The server asks for fewer requests.', { hint: 'Try again later.', cause })
    default:
      return new Fault('source-failed', `The server answered with status ${status}.`, {
        hint: 'Open the URL with another program to see what it says.',
        cause,
      })
  }
}
