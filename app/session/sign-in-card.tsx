import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Logo } from '../ui/logo.tsx'
import { TextField } from '../ui/text-field.tsx'
import { session } from './session.ts'
import { readSignIn, type SignIn } from './sign-in.ts'

export interface SignInCardProps {
  readonly failure: string | undefined
  /** The way to the provider. */
  readonly provider: (signIn: SignIn) => ReactNode
}

/** The ways to sign in: the provider's where there is one, and a token. */
export function SignInCard({ failure, provider }: SignInCardProps) {
  const { data: signIn } = useQuery({
    queryKey: ['app.json'],
    queryFn: readSignIn,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const [token, setToken] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token.trim() !== '') session.signIn(token.trim())
  }
  return (
    <div className="card sign-in-card">
      <Logo />
      <h1 id="sign-in">Sign in to Headgate</h1>
      {failure !== undefined && (
        <p className="notice bad" role="alert">
          {failure}
        </p>
      )}
      {signIn && provider(signIn)}
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
  )
}
