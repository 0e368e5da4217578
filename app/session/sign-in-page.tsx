import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Logo } from '../ui/logo.tsx'
import { TextField } from '../ui/text-field.tsx'
import { finishSignIn, leaveToSignIn, returnPath } from './open-id.ts'
import { type SignIn, session } from './session.ts'

async function readSignIn(): Promise<SignIn | null> {
  const { signIn } = (await (await fetch('/app.json')).json()) as { signIn: SignIn | null }
  return signIn
}

/** What is shown to whom nobody knows yet. */
export function SignInPage({ wasRefused }: { readonly wasRefused: boolean }) {
  const { data: signIn } = useQuery({
    queryKey: ['app.json'],
    queryFn: readSignIn,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const [token, setToken] = useState('')
  const [failure, setFailure] = useState<string>()
  useEffect(() => {
    if (!signIn || location.pathname !== returnPath) return
    finishSignIn(signIn).then(
      (to) => history.replaceState(null, '', to),
      (thrown: Error) => setFailure(thrown.message),
    )
  }, [signIn])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token.trim() !== '') session.signIn(token.trim())
  }
  return (
    <main className="sign-in">
      <div className="card sign-in-card">
        <Logo />
        <h1>Sign in to Headgate</h1>
        {wasRefused && (
          <p className="notice bad" role="alert">
            The server does not know this token, or it has expired.
          </p>
        )}
        {failure !== undefined && (
          <p className="notice bad" role="alert">
            {failure}
          </p>
        )}
        {signIn && (
          <Button variant="primary" onPress={() => leaveToSignIn(signIn).catch((e: Error) => setFailure(e.message))}>
            Sign in
          </Button>
        )}
        {signIn === null && (
          <p className="quiet">
            <code>npm start</code> prints a link that signs you in. Open it, or paste the token that it ends with.
          </p>
        )}
        <form onSubmit={submit} className="stack">
          <TextField label="Token" type="password" value={token} onChange={setToken} placeholder="hg_pat_…" isMono />
          <Button type="submit" variant={signIn ? 'plain' : 'primary'}>
            {signIn ? 'Use a token instead' : 'Sign in'}
          </Button>
        </form>
      </div>
    </main>
  )
}
