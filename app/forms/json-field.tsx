import { useState } from 'react'
import { TextField, type TextFieldProps } from '../ui/text-field.tsx'

export interface JsonFieldProps extends Pick<TextFieldProps, 'label' | 'description' | 'error'> {
  readonly value: unknown
  readonly isRequired: boolean
  readonly onChange: (value: unknown) => void
}

/** Any JSON value, as text. What is not JSON yet stays as it was typed, and is told to be none. */
export function JsonField({ value, onChange, error, ...rest }: JsonFieldProps) {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)))
  const [isBad, setBad] = useState(false)
  return (
    <TextField
      {...rest}
      value={text}
      rows={5}
      isMono
      placeholder="JSON"
      error={isBad ? 'must be JSON' : error}
      onChange={(next) => {
        setText(next)
        try {
          onChange(next.trim() === '' ? undefined : JSON.parse(next))
          setBad(false)
        } catch {
          setBad(true)
        }
      }}
    />
  )
}
