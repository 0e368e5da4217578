import { useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Logo } from '../ui/logo.tsx'
import { handOver } from './login-tabs.ts'
import { beginSignIn, finishSignIn, isOurs, returnPath } from './open-id.ts'
import { session } from './session.ts'
import { readSignIn } from './sign-in.ts'
import { SignInCard } from './sign-in-card.tsx'

type Step = 'asking' | 'going' | 'handed-over'

/** What is shown to whom nobody knows yet. Who has signed in by the provider before is taken there at once. */
export function SignInPage() {
  const [step, setStep] = useState<Step>(() =>
    location.pathname === returnPath || session.isByProvider() ? 'going' : 'asking',
  )
  const [failure, setFailure] = useState<string>()
  useEffect(() => {
    if (step !== 'going') return
    let isGone = false
    arrive().then(
      (next) => !isGone && setStep(next),
      (thrown: Error) => {
        if (isGone) return
        setFailure(`You are not signed in: ${thrown.message}`)
        setStep('asking')
      },
    )
    return () => {
      isGone = true
    }
  }, [step])
  return (
    <main className="sign-in">
      {step === 'asking' ? (
        <SignInCard
          failure={failure}
          provider={(signIn) => (
            <Button
              variant="primary"
              onPress={() => beginSignIn(signIn, here()).then(leave, (thrown: Error) => setFailure(thrown.message))}
            >
              Sign in
            </Button>
          )}
        />
      ) : (
        <div className="card sign-in-card">
          <Logo />
          <h1>{step === 'going' ? 'Signing in' : 'You are signed in'}</h1>
          <p className="quiet" role="status">
            {step === 'going' ? 'One moment.' : 'Go on where you were; this window can be closed.'}
          </p>
        </div>
      )}
    </main>
  )
}

const here = () => (location.pathname === returnPath ? '/' : `${location.pathname}${location.search}`)

const leave = (page: string) => location.assign(page)

let arriving: Promise<Step> | undefined

/** Goes to the provider, or takes up what it sent back: once, since a code is good for one use. */
function arrive(): Promise<Step> {
  arriving ??= (async (): Promise<Step> => {
    const signIn = await readSignIn()
    if (signIn === null) return 'asking'
    if (location.pathname !== returnPath) {
      leave(await beginSignIn(signIn, here()))
      return 'going'
    }
    const answer = location.search
    // The code must not stay in the address, nor come back by the history.
    history.replaceState(null, '', '/')
    if (!isOurs(answer)) {
      await handOver(answer)
      return 'handed-over'
    }
    const { session: given, to } = await finishSignIn(signIn, answer)
    history.replaceState(null, '', to)
    session.signIn(given)
    return 'going'
  })().finally(() => {
    arriving = undefined
  })
  return arriving
}
