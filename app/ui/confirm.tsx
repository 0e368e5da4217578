import { type ReactNode, useState } from 'react'
import { Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { asProblem, type ShownProblem } from '../api/problem.ts'
import { Button, type ButtonProps } from './button.tsx'
import { ProblemCard } from './problem-card.tsx'
import { TextField } from './text-field.tsx'

export interface ConfirmProps {
  readonly button: Omit<ButtonProps, 'onPress'>
  readonly title: string
  readonly children: ReactNode
  readonly action: string
  /** What has to be typed first, where undoing is impossible. */
  readonly typed?: string
  readonly onConfirm: () => Promise<unknown>
}

/** A button whose deed is asked about first. It stays open, with what went wrong, where the deed fails. */
export function Confirm({ button, title, children, action, typed, onConfirm }: ConfirmProps) {
  return (
    <DialogTrigger>
      <Button {...button} />
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog className="dialog" role="alertdialog">
            {({ close }) => (
              <Question title={title} action={action} typed={typed} onConfirm={onConfirm} close={close}>
                {children}
              </Question>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  )
}

interface QuestionProps extends Pick<ConfirmProps, 'title' | 'children' | 'action' | 'onConfirm'> {
  readonly typed: string | undefined
  readonly close: () => void
}

function Question({ title, children, action, typed, onConfirm, close }: QuestionProps) {
  const [text, setText] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ShownProblem>()
  const confirm = async () => {
    setBusy(true)
    try {
      await onConfirm()
      close()
    } catch (thrown) {
      setProblem(asProblem(thrown))
      setBusy(false)
    }
  }
  return (
    <>
      <Heading slot="title">{title}</Heading>
      <div>{children}</div>
      {typed !== undefined && (
        <TextField label={`Type ${typed} to go on`} value={text} onChange={setText} isMono autoFocus />
      )}
      {problem && <ProblemCard problem={problem} />}
      <div className="row-actions">
        <Button onPress={close}>Leave it</Button>
        <Button
          variant="danger"
          isDisabled={isBusy || (typed !== undefined && text !== typed)}
          onPress={() => void confirm()}
        >
          {action}
        </Button>
      </div>
    </>
  )
}
