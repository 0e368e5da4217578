import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { oidcVerifier } from '../../shared/adapters/aws/oidc-verifier.ts'
import { appHeaders } from '../../shared/api/app-headers.ts'
import { type OidcProvider, startOidcProvider } from '../support/oidc-provider.ts'
import type { App } from './open-app.ts'

/** Headgate as a deployment serves it: people sign in at a provider, whose access tokens the API verifies. */
export interface Deployment {
  readonly origin: string
  readonly provider: OidcProvider
  /** Access tokens that are good no more. */
  readonly over: Set<string>
  stop(): Promise<void>
}

const clientId = 'data-app'

/** The running app behind a front of its own: who is verified is the administrator there. */
export async function openDeployment(app: App): Promise<Deployment> {
  const provider = await startOidcProvider(clientId)
  const { origin: issuer } = provider.server
  const verify = oidcVerifier({
    issuer,
    audience: clientId,
    jwksUri: provider.jwksUri,
    groupsClaim: 'groups',
    fetchKeys: async (uri) => (await fetch(uri)).arrayBuffer(),
  })
  const over = new Set<string>()
  const policy = appHeaders({ signIn: [issuer] })
  const front = createServer(async (asked, answer) => {
    if (asked.url === '/app.json') {
      answer.writeHead(200, { 'content-type': 'application/json' })
      answer.end(JSON.stringify({ signIn: { authority: issuer, clientId } }))
      return
    }
    const token = asked.headers.authorization?.replace(/^Bearer /, '') ?? ''
    const isGood = !over.has(token) && (await verify(token).catch(() => undefined)) !== undefined
    const headers = {
      ...asked.headers,
      ...(asked.headers.authorization && { authorization: `Bearer ${isGood ? app.token : 'hg_pat_none'}` }),
    }
    const passed = request(`${app.origin}${asked.url}`, { method: asked.method!, headers }, (reply) => {
      const isPage = reply.headers['content-security-policy'] !== undefined
      answer.writeHead(reply.statusCode!, { ...reply.headers, ...(isPage && policy) })
      reply.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  })
  front.listen(0, '127.0.0.1')
  await once(front, 'listening')
  return {
    origin: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    provider,
    over,
    stop: async () => {
      front.close()
      front.closeAllConnections()
      await provider.server.stop()
    },
  }
}
