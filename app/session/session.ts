/** How people sign in where no token is given: null on one machine, an OpenID provider on AWS. */
export interface SignIn {
  readonly authority: string
  readonly clientId: string
  readonly scope?: string
}

export type SessionState = 'in' | 'out' | 'refused'

const kept = 'headgate.token'
const listeners = new Set<() => void>()

let state: SessionState = 'out'

function change(next: SessionState): void {
  state = next
  for (const listener of listeners) listener()
}

/** Who is signed in, in this tab alone: the token is in `sessionStorage` and nowhere else. */
export const session = {
  state: (): SessionState => state,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  token: async (): Promise<string | undefined> => sessionStorage.getItem(kept) ?? undefined,
  /** Takes the token of the address's fragment, which is removed from the address at once. */
  begin: (): void => {
    const token = new URLSearchParams(location.hash.slice(1)).get('token')
    if (token) {
      sessionStorage.setItem(kept, token)
      history.replaceState(null, '', `${location.pathname}${location.search}`)
    }
    change(sessionStorage.getItem(kept) === null ? 'out' : 'in')
  },
  signIn: (token: string): void => {
    sessionStorage.setItem(kept, token)
    change('in')
  },
  signOut: (): void => {
    sessionStorage.removeItem(kept)
    change('out')
  },
  /** The server did not know the token. */
  refused: (): void => {
    if (state !== 'in') return
    sessionStorage.removeItem(kept)
    change('refused')
  },
}
