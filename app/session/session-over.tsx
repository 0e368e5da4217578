import { useEffect, useState } from 'react'
import { Dialog, Modal, ModalOverlay } from 'react-aria-components'
import { onHandedOver } from './login-tabs.ts'
import { beginSignIn, finishSignIn } from './open-id.ts'
import { session } from './session.ts'
import { readSignIn } from './sign-in.ts'
import { SignInCard } from './sign-in-card.tsx'

/** Above the page that somebody was on, which stays as it is: what was typed is there again once they are back. */
export function SessionOver() {
  const [page, setPage] = useState<string>()
  const [failure, setFailure] = useState('The server does not know this token, or it has expired.')
  useEffect(() => {
    const tell = (thrown: Error) => setFailure(`You are not signed in: ${thrown.message}`)
    readSignIn()
      .then((signIn) => signIn && beginSignIn(signIn, '/').then(setPage))
      .catch(tell)
    return onHandedOver((answer) => {
      readSignIn()
        .then((signIn) => finishSignIn(signIn!, answer))
        .then(({ session: given }) => session.signIn(given))
        .catch(tell)
    })
  }, [])
  return (
    <ModalOverlay className="overlay" isOpen isKeyboardDismissDisabled>
      <Modal className="modal">
        <Dialog className="dialog" role="alertdialog" aria-labelledby="sign-in">
          <SignInCard
            failure={failure}
            provider={() => (
              <>
                <a className="button primary" href={page} target="_blank" rel="noopener noreferrer">
                  Sign in again
                </a>
                <p className="quiet">In a new window. What you typed here stays.</p>
              </>
            )}
          />
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
