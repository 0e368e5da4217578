import { copyText } from '../lib/copy-text.ts'
import { Button } from './button.tsx'

/** A line of code that can be copied. */
export function CodeLine({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div className="code-line">
      <span className="code-line-label">{label}</span>
      <code tabIndex={0}>{text}</code>
      <Button variant="ghost" icon="copy" isSmall label={`Copy: ${label}`} onPress={() => void copyText(text, label)} />
    </div>
  )
}
