import { createHash, randomBytes } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UsageError } from './command.ts'

/** How people sign in at a deployment: an OpenID provider. */
export interface SignIn {
  readonly authority: string
  readonly clientId: string
  readonly scope?: string
}

/** Providers compare the address that people come back to letter by letter: the deployment names these. */
export const loopbackPorts = [8976, 8977, 8978] as const

/** What the deployment says of signing in; undefined where it has none, as on one machine. */
export async function findSignIn(url: string, signal: AbortSignal): Promise<SignIn | undefined> {
  const reply = await fetch(`${url}/app.json`, { signal }).catch(() => undefined)
  const found = (await reply?.json().catch(() => undefined)) as { signIn?: SignIn | null } | undefined
  return reply?.ok && found?.signIn ? found.signIn : undefined
}

interface Provider {
  readonly authorization_endpoint: string
  readonly token_endpoint: string
}

/**
 * A session’s token by the code flow with PKCE (RFC 7636) and a server on loopback that the browser comes back to
 * (RFC 8252). `open` shows the address to the person.
 */
export async function signInByBrowser(
  { authority, clientId, scope = 'openid email' }: SignIn,
  { open, signal }: { readonly open: (address: string) => void; readonly signal: AbortSignal },
): Promise<string> {
  const provider = await readJson<Provider>(`${authority.replace(/\/+$/, '')}/.well-known/openid-configuration`, {
    signal,
  })
  const state = randomBytes(24).toString('base64url')
  const verifier = randomBytes(32).toString('base64url')
  const back = await listen()
  try {
    const redirect = `http://127.0.0.1:${(back.address() as AddressInfo).port}/signed-in`
    const address = new URL(provider.authorization_endpoint)
    for (const [name, value] of Object.entries({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirect,
      scope,
      state,
      code_challenge_method: 'S256',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    }))
      address.searchParams.set(name, value)
    const code = waitForCode(back, state, signal)
    open(String(address))
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: redirect,
      code: await code,
      code_verifier: verifier,
    })
    return (await readJson<{ access_token: string }>(provider.token_endpoint, { method: 'POST', body, signal }))
      .access_token
  } finally {
    back.close()
    back.closeAllConnections()
  }
}

/** The first of the ports that is free. */
async function listen(): Promise<Server> {
  for (const port of loopbackPorts) {
    const server = createServer()
    const isMine = await new Promise((resolve) =>
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)),
    )
    if (isMine) return server
  }
  throw new UsageError(`The ports ${loopbackPorts.join(', ')} are all taken.`, 'Sign in with --device.')
}

/** The code that the browser brings, of this very login: another state is answered and not taken. */
function waitForCode(server: Server, state: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    server.on('request', (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
      if (pathname !== '/signed-in' || searchParams.get('state') !== state)
        return say(response, 404, 'There is nothing here.')
      const code = searchParams.get('code')
      if (code === null) {
        say(response, 200, 'You are not signed in. This window can be closed.')
        return reject(
          new UsageError(
            `The login was refused: ${searchParams.get('error_description') ?? searchParams.get('error')}.`,
          ),
        )
      }
      say(response, 200, 'You are signed in. This window can be closed.')
      resolve(code)
    })
  })
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  })
  response.end(`${text}\n`)
}

async function readJson<T>(url: string, init: RequestInit): Promise<T> {
  const reply = await fetch(url, init)
  if (!reply.ok) throw new UsageError(`${new URL(url).host} refused the login: HTTP ${reply.status}.`)
  return (await reply.json()) as T
}
