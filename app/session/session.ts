import { endSession, type ProviderSession, renewSession } from './open-id.ts'
import { readSignIn } from './sign-in.ts'

/** `over`: somebody was in, and the server does not know the token any more. What is on screen stays. */
export type SessionState = 'in' | 'out' | 'over'

const kept = 'headgate.token'
const keptRenewal = 'headgate.renewal'
/** In `localStorage`, and no token: that this browser signs in by the provider, so that a new tab goes there by itself. */
const byProvider = 'headgate.by-provider'

const listeners = new Set<() => void>()

let state: SessionState = 'out'
let renewing: Promise<void> | undefined

function change(next: SessionState): void {
  state = next
  for (const listener of listeners) listener()
}

type Renewal = Omit<ProviderSession, 'accessToken'>

function readRenewal(): Renewal | undefined {
  const text = sessionStorage.getItem(keptRenewal)
  return text === null ? undefined : (JSON.parse(text) as Renewal)
}

function keep({ accessToken, ...renewal }: ProviderSession): void {
  sessionStorage.setItem(kept, accessToken)
  sessionStorage.setItem(keptRenewal, JSON.stringify(renewal))
}

function forget(): void {
  sessionStorage.removeItem(kept)
  sessionStorage.removeItem(keptRenewal)
}

/** Renews what the provider gave, once for all who ask meanwhile; leaves it as it is where the provider does not answer. */
function renew(): Promise<void> {
  renewing ??= (async () => {
    const { refreshToken, renewAt } = readRenewal() ?? {}
    const signIn = refreshToken === undefined ? null : await readSignIn()
    if (signIn === null || refreshToken === undefined) return
    const renewed = await renewSession(signIn, refreshToken)
    // Meanwhile somebody may have signed out.
    if (readRenewal()?.refreshToken !== refreshToken) return
    if (renewed) keep(renewed)
    else sessionStorage.setItem(keptRenewal, JSON.stringify({ renewAt }))
  })()
    .catch(() => {})
    .finally(() => {
      renewing = undefined
    })
  return renewing
}

/** Who is signed in, in this tab alone: the tokens are in `sessionStorage` and nowhere else. */
export const session = {
  state: (): SessionState => state,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  /** The token to send; one that is about to end is renewed before. */
  token: async (): Promise<string | undefined> => {
    const renewal = readRenewal()
    if (renewal?.refreshToken !== undefined && renewal.renewAt <= Date.now()) await renew()
    return sessionStorage.getItem(kept) ?? undefined
  },
  /** Another token than the one that was refused; undefined where there is none. */
  otherThan: async (refused: string): Promise<string | undefined> => {
    if (sessionStorage.getItem(kept) === refused) await renew()
    const token = sessionStorage.getItem(kept)
    return token === null || token === refused ? undefined : token
  },
  /** Takes the token of the address's fragment, which is removed from the address at once. */
  begin: (): void => {
    const token = new URLSearchParams(location.hash.slice(1)).get('token')
    if (token) {
      forget()
      sessionStorage.setItem(kept, token)
      history.replaceState(null, '', `${location.pathname}${location.search}`)
    }
    addEventListener('storage', ({ key, newValue }) => {
      if (key !== byProvider || newValue !== null || readRenewal() === undefined) return
      forget()
      change('out')
    })
    change(sessionStorage.getItem(kept) === null ? 'out' : 'in')
  },
  signIn: (given: string | ProviderSession): void => {
    forget()
    if (typeof given === 'string') sessionStorage.setItem(kept, given)
    else {
      keep(given)
      localStorage.setItem(byProvider, 'yes')
    }
    change('in')
  },
  isByProvider: (): boolean => localStorage.getItem(byProvider) !== null,
  /** Here, in the other tabs that the provider signed in, and at the provider itself. */
  signOut: async (): Promise<void> => {
    const renewal = readRenewal()
    forget()
    localStorage.removeItem(byProvider)
    change('out')
    const signIn = renewal === undefined ? null : await readSignIn()
    const page = signIn && (await endSession(signIn, renewal?.refreshToken))
    if (page) location.assign(page)
  },
  /** The server did not know the token. */
  refused: (token: string): void => {
    if (state === 'in' && sessionStorage.getItem(kept) === token) change('over')
  },
}
