/** How people sign in where no token is given: null on one machine, an OpenID provider on AWS. */
export interface SignIn {
  readonly authority: string
  readonly clientId: string
  readonly scope?: string
}

let asked: Promise<SignIn | null> | undefined

/** What the deployment says of it; asked once. */
export function readSignIn(): Promise<SignIn | null> {
  asked ??= fetch('/app.json').then(async (reply) => ((await reply.json()) as { signIn: SignIn | null }).signIn)
  asked.catch(() => {
    asked = undefined
  })
  return asked
}
