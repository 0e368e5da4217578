import { useSyncExternalStore } from 'react'
import { Button } from '../ui/button.tsx'

interface Toast {
  readonly id: number
  readonly text: string
  readonly tone: 'good' | 'bad'
}

let toasts: readonly Toast[] = []
let last = 0
const listeners = new Set<() => void>()

const change = (next: readonly Toast[]) => {
  toasts = next
  for (const listener of listeners) listener()
}

const drop = (id: number) => change(toasts.filter((toast) => toast.id !== id))

/** Says in a corner that something was done; it goes by itself. What failed stays until it is closed. */
export function say(text: string, tone: Toast['tone'] = 'good'): void {
  const id = ++last
  change([...toasts.slice(-3), { id, text, tone }])
  if (tone === 'good') setTimeout(() => drop(id), 5000)
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text, tone }) => (
        <div key={id} className={`toast ${tone}`}>
          <span>{text}</span>
          <Button variant="ghost" icon="close" label="Close" isSmall onPress={() => drop(id)} />
        </div>
      ))}
    </div>
  )
}
