import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { type Answered, type HttpServer, serveHttp } from './http-server.ts'

/** A small OpenID provider: authorization code with PKCE, refresh tokens, revocation and sign-out. Whoever comes is `subject`. */
export interface OidcProvider {
  readonly server: HttpServer
  readonly jwksUri: string
  /** Every token that was ever given. */
  readonly given: string[]
  /** What can be set while it runs. */
  readonly is: { subject: string; lifeSeconds: number; nonce: string | undefined; error: string | undefined }
  /** No refresh token is good any more. */
  endSessions(): void
}

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

export async function startOidcProvider(clientId: string): Promise<OidcProvider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const is: OidcProvider['is'] = { subject: 'ada', lifeSeconds: 3600, nonce: undefined, error: undefined }
  const given: string[] = []
  const codes = new Map<string, URLSearchParams>()
  const refreshable = new Set<string>()
  const jwt = (claims: object) => {
    const iat = Math.floor(Date.now() / 1000)
    const text = `${base64({ alg: 'RS256', kid: 'one' })}.${base64({ iss: server.origin, aud: clientId, sub: is.subject, iat, exp: iat + 3600, jti: randomUUID(), ...claims })}`
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`
  }
  const tokens = (nonce: string | null): Answered => {
    const body = {
      access_token: jwt({}),
      refresh_token: randomUUID(),
      ...(nonce !== null && { id_token: jwt({ nonce: is.nonce ?? nonce }) }),
      token_type: 'Bearer',
      expires_in: is.lifeSeconds,
    }
    given.push(body.access_token, body.refresh_token, ...(body.id_token ? [body.id_token] : []))
    refreshable.add(body.refresh_token)
    return { body, headers: { 'access-control-allow-origin': '*' } }
  }
  const refused: Answered = {
    status: 400,
    body: { error: 'invalid_grant' },
    headers: { 'access-control-allow-origin': '*' },
  }
  const server: HttpServer = await serveHttp(({ url, body }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://provider.test')
    const sent = new URLSearchParams(body)
    const at = (path: string) => `${server.origin}/${path}`
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return {
          headers: { 'access-control-allow-origin': '*' },
          body: {
            issuer: server.origin,
            authorization_endpoint: at('authorize'),
            token_endpoint: at('token'),
            revocation_endpoint: at('revoke'),
            end_session_endpoint: at('logout'),
            jwks_uri: at('jwks'),
          },
        }
      case '/jwks':
        return { body: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] } }
      case '/authorize': {
        const code = randomUUID()
        codes.set(code, searchParams)
        const back = new URL(searchParams.get('redirect_uri')!)
        back.searchParams.set('state', searchParams.get('state')!)
        back.searchParams.set(is.error === undefined ? 'code' : 'error', is.error ?? code)
        response.writeHead(302, { location: String(back) }).end()
        return undefined
      }
      case '/token': {
        const refresh = sent.get('refresh_token')
        if (sent.get('grant_type') === 'refresh_token') return refreshable.delete(refresh!) ? tokens(null) : refused
        const asked = codes.get(sent.get('code')!)
        codes.delete(sent.get('code')!)
        const proof = createHash('sha256')
          .update(sent.get('code_verifier') ?? '')
          .digest('base64url')
        return asked?.get('code_challenge') === proof ? tokens(asked.get('nonce')) : refused
      }
      case '/revoke':
        refreshable.delete(sent.get('token')!)
        return { headers: { 'access-control-allow-origin': '*' } }
      case '/logout':
        response.writeHead(302, { location: searchParams.get('post_logout_redirect_uri')! }).end()
        return undefined
      default:
        return { status: 404 }
    }
  })
  return { server, jwksUri: `${server.origin}/jwks`, given, is, endSessions: () => refreshable.clear() }
}
