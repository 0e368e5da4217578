import { type SignIn, session } from './session.ts'

/** Where the provider sends people back to. */
export const returnPath = '/signed-in'

const manager = async ({ authority, clientId, scope = 'openid profile email' }: SignIn) => {
  const { UserManager } = await import('oidc-client-ts')
  return new UserManager({ authority, client_id: clientId, scope, redirect_uri: `${location.origin}${returnPath}` })
}

/** Leaves for the provider; `returnPath` goes on. */
export async function leaveToSignIn(signIn: SignIn): Promise<void> {
  const here = `${location.pathname}${location.search}`
  await (await manager(signIn)).signinRedirect({ state: here })
}

/** Takes up what the provider sent back; gives the page that was asked for before. */
export async function finishSignIn(signIn: SignIn): Promise<string> {
  const user = await (await manager(signIn)).signinRedirectCallback()
  session.signIn(user.access_token)
  const to = typeof user.state === 'string' ? user.state : '/'
  return to.startsWith('/') && !to.startsWith('//') && !to.startsWith(returnPath) ? to : '/'
}
