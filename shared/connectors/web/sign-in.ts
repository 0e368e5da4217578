import { Fault } from '../../domain/faults.ts'
import type { OpenAt } from '../kind.ts'
import type { Auth, Credential } from './auth.ts'
import { encodeAll } from './encode-all.ts'
import { readJson } from './read-reply.ts'

/** Where a credential is put. */
interface Signable {
  readonly url: URL
  readonly headers: Headers
}

export interface SignIn {
  /** The request with the credential in it. Faults: source-refused where there is none, or no token for it. */
  sign<Request extends Signable>(request: Request): Promise<Request>
  /** Forgets a token that was refused; false where there is none to forget. */
  forget(): boolean
  /** The text with every secret in it, as it is or in base64, replaced by a mark. */
  mask(text: string): string
}

/** A text shorter than this is too common to be looked for. */
const shortestSecret = 6

export function signIn({
  config,
  credential,
  egress,
  signal,
}: Pick<OpenAt<{ readonly auth: Auth }, Credential>, 'config' | 'credential' | 'egress' | 'signal'>): SignIn {
  const { auth } = config
  let token: { readonly text: string; readonly until: number } | undefined
  let asking: Promise<string> | undefined
  const secrets = (): string[] => {
    const { apiKey, password, token: bearer, clientSecret, username } = credential.reveal()
    const pair = password === undefined ? [] : [btoaUtf8(`${username ?? ''}:${password}`)]
    return [apiKey, password, bearer, clientSecret, ...pair, token?.text]
      .filter((text): text is string => text !== undefined && text.length >= shortestSecret)
      .flatMap((text) => [...new Set([text, encodeAll(text), JSON.stringify(text).slice(1, -1)])])
  }
  const ask = async (auth: Auth & { type: 'oauth2' }): Promise<string> => {
    const { clientId, clientSecret } = credential.reveal()
    if (clientId === undefined || clientSecret === undefined) throw missing('clientId and clientSecret')
    const form = new URLSearchParams({ grant_type: 'client_credentials' })
    if (auth.scopes?.length) form.set('scope', auth.scopes.join(' '))
    const headers: Record<string, string> = {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    }
    if (auth.clientAuth === 'header')
      headers.authorization = `Basic ${btoaUtf8(`${encodeAll(clientId)}:${encodeAll(clientSecret)}`)}`
    else {
      form.set('client_id', clientId)
      form.set('client_secret', clientSecret)
    }
    const init = { method: 'POST', headers, body: form.toString(), signal }
    const response = await egress.fetch(new URL(auth.tokenUrl), init)
    if (!response.ok) {
      await response.body?.cancel()
      throw noToken(`answered ${response.status}`, response.status >= 500 ? 'source-failed' : 'source-refused')
    }
    const reply = (await readJson(response, tokenBytes)) as { access_token?: unknown; expires_in?: unknown } | null
    if (typeof reply?.access_token !== 'string' || !/^[\x21-\x7e]+$/.test(reply.access_token))
      throw noToken('gave no token', 'source-failed')
    const seconds = Number(reply.expires_in ?? 300)
    token = { text: reply.access_token, until: performance.now() + (seconds - 30) * 1000 }
    return reply.access_token
  }
  const tokenOf = async (auth: Auth & { type: 'oauth2' }): Promise<string> => {
    if (token && token.until > performance.now()) return token.text
    asking ??= ask(auth).finally(() => {
      asking = undefined
    })
    return asking
  }
  return {
    async sign(request) {
      const { apiKey, username, password, token: bearer } = credential.reveal()
      switch (auth.type) {
        case 'none':
          return request
        case 'apiKey':
          return withApiKey(request, auth, apiKey ?? throwMissing('apiKey'))
        case 'basic':
          if (username === undefined && password === undefined) throw missing('username and password')
          return withHeader(request, 'authorization', `Basic ${btoaUtf8(`${username ?? ''}:${password ?? ''}`)}`)
        case 'bearer':
          return withHeader(request, 'authorization', `Bearer ${bearer ?? throwMissing('token')}`)
        case 'oauth2':
          return withHeader(request, 'authorization', `Bearer ${await tokenOf(auth)}`)
      }
    },
    forget() {
      const had = token !== undefined
      token = undefined
      return had
    },
    mask: (text) => secrets().reduce((masked, secret) => masked.replaceAll(secret, '[secret]'), text),
  }
}

const tokenBytes = 100_000

function withApiKey<Request extends Signable>(
  request: Request,
  { in: place, name }: Auth & { type: 'apiKey' },
  key: string,
): Request {
  if (place === 'header') return withHeader(request, name, key)
  if (place === 'cookie') {
    const others = request.headers.get('cookie')
    return withHeader(request, 'cookie', `${others === null ? '' : `${others}; `}${name}=${encodeAll(key)}`)
  }
  const url = new URL(request.url)
  // Written by hand: URLSearchParams would spell all the others anew.
  const others = url.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !pair.startsWith(`${encodeAll(name)}=`))
  url.search = [...others, `${encodeAll(name)}=${encodeAll(key)}`].join('&')
  return { ...request, url }
}

/** Fault source-refused for a text that no header can hold: HTTP's own error would quote it. */
function withHeader<Request extends Signable>(request: Request, name: string, value: string): Request {
  if (!/^[\x20-\x7e\x80-\xff]*$/.test(value))
    throw new Fault('source-refused', 'The credential holds characters that a header cannot carry.', {
      hint: 'Give it again, without line ends at its end.',
    })
  const headers = new Headers(request.headers)
  headers.set(name, value)
  return { ...request, headers }
}

const btoaUtf8 = (text: string): string => Buffer.from(text).toString('base64')

const missing = (what: string): Fault =>
  new Fault('source-refused', `The connector has no ${what}, which its way to sign in needs.`, {
    hint: 'An administrator can give the connector its credential.',
  })

const throwMissing = (what: string): never => {
  throw missing(what)
}

const noToken = (what: string, code: 'source-refused' | 'source-failed'): Fault =>
  new Fault(code, `The token URL ${what}.`, {
    hint: 'Check the client id, the client secret, the scopes, and whether the client is sent in the header or the body.',
  })
