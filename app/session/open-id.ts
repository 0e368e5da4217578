import type { RefreshState, SigninResponse } from 'oidc-client-ts'
import type { SignIn } from './sign-in.ts'

/** Where the provider sends people back to. */
export const returnPath = '/signed-in'

/** What a provider gave. `renewAt`: milliseconds of this browser's clock, well before the access token ends. */
export interface ProviderSession {
  readonly accessToken: string
  /** Absent where the provider gives none: then the session ends with the access token. */
  readonly refreshToken?: string
  readonly renewAt: number
}

/** What is needed between leaving and coming back (the verifier, the nonce) is kept in this tab, as the tokens are. */
const prefix = 'headgate.login.'

const clientOf = async ({ authority, clientId, scope = 'openid profile email' }: SignIn) => {
  const { OidcClient, WebStorageStateStore } = await import('oidc-client-ts')
  return new OidcClient({
    authority,
    client_id: clientId,
    scope,
    redirect_uri: `${location.origin}${returnPath}`,
    post_logout_redirect_uri: location.origin,
    stateStore: new WebStorageStateStore({ prefix, store: sessionStorage }),
  })
}

/** The address of the provider's page for one login; `to` is the page to come back to. */
export async function beginSignIn(signIn: SignIn, to: string): Promise<string> {
  const client = await clientOf(signIn)
  const { url } = await client.createSigninRequest({ state: to, nonce: crypto.randomUUID() })
  return url
}

/** Whether this tab began the login that an answer of the provider, `?code=…&state=…`, is to. */
export const isOurs = (answer: string): boolean =>
  sessionStorage.getItem(prefix + (new URLSearchParams(answer).get('state') ?? '')) !== null

/** Takes up what the provider sent back. Refuses what is no answer to a login that this tab began. */
export async function finishSignIn(
  signIn: SignIn,
  answer: string,
): Promise<{ readonly session: ProviderSession; readonly to: string }> {
  const client = await clientOf(signIn)
  const response = await client.processSigninResponse(`${location.origin}${returnPath}${answer}`)
  const to = String(response.userState ?? '/')
  return {
    session: sessionOf(response),
    to: to.startsWith('/') && !to.startsWith('//') && !to.startsWith(returnPath) ? to : '/',
  }
}

/** Undefined where the provider does not renew it any more. Throws where the provider does not answer. */
export async function renewSession(signIn: SignIn, refreshToken: string): Promise<ProviderSession | undefined> {
  const { ErrorResponse } = await import('oidc-client-ts')
  const client = await clientOf(signIn)
  const state = { refresh_token: refreshToken, scope: client.settings.scope } as RefreshState
  try {
    // biome-ignore lint/correctness/useHookAtTopLevel: it is none, whatever it is called
    const renewed = await client.useRefreshToken({ state })
    // A provider that does not give a new one lets the old one be used again.
    return { refreshToken, ...sessionOf(renewed) }
  } catch (thrown) {
    if (thrown instanceof ErrorResponse) return undefined
    throw thrown
  }
}

/** Ends the session at the provider; gives the page of the provider that ends its own, where it has one. */
export async function endSession(signIn: SignIn, refreshToken: string | undefined): Promise<string | undefined> {
  const client = await clientOf(signIn)
  const { revocation_endpoint, end_session_endpoint } = await client.metadataService.getMetadata()
  // Whether it can be revoked or not, this tab has forgotten it.
  if (revocation_endpoint && refreshToken) await client.revokeToken(refreshToken, 'refresh_token').catch(() => {})
  if (!end_session_endpoint) return undefined
  // Without the hint, so that no token stands in an address. Cognito calls the address to come back to otherwise.
  const extraQueryParams = { logout_uri: location.origin }
  return (await client.createSignoutRequest({ extraQueryParams })).url
}

function sessionOf({ access_token, refresh_token, expires_in = 3600 }: SigninResponse): ProviderSession {
  return {
    accessToken: access_token,
    ...(refresh_token && { refreshToken: refresh_token }),
    renewAt: Date.now() + Math.max(expires_in - 60, expires_in / 2) * 1000,
  }
}
