import type { ReactNode } from 'react'
import { plural } from '../lib/format.ts'
import { Button } from './button.tsx'

export interface ChosenBarProps {
  readonly count: number
  /** What one of them is called: `item`. */
  readonly one: string
  readonly onClear: () => void
  /** What can be done with them. */
  readonly children: ReactNode
}

/** How many rows of a list are ticked, and what can be done with them; nothing while none is. */
export function ChosenBar({ count, one, onClear, children }: ChosenBarProps) {
  if (count === 0) return null
  return (
    <div className="row-actions" role="group" aria-label="What is chosen">
      <span role="status">{plural(count, one)} chosen</span>
      {children}
      <Button variant="ghost" isSmall onPress={onClear}>
        Choose none
      </Button>
    </div>
  )
}
