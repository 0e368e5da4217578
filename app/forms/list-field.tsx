import type { JsonSchema } from '../api/types.ts'
import { Checkboxes } from '../ui/checkboxes.tsx'
import { TextField, type TextFieldProps } from '../ui/text-field.tsx'

export interface ListFieldProps extends Pick<TextFieldProps, 'label' | 'description' | 'error'> {
  readonly schema: JsonSchema
  readonly value: unknown
  readonly isRequired: boolean
  /** Texts that it may have, besides those that its schema names. */
  readonly known?: readonly string[]
  readonly onChange: (value: unknown) => void
}

/** A list of texts: those of an enum by ticking, others one a line. */
export function ListField({ schema, value, onChange, known = [], ...rest }: ListFieldProps) {
  const list = Array.isArray(value) ? value.map(String) : []
  const named = (schema.items as JsonSchema).enum
  const options = [...new Set([...(Array.isArray(named) ? named.map(String) : known), ...list])]
  const change = (next: readonly string[]) => onChange(next.length === 0 && !rest.isRequired ? undefined : next)
  if (Array.isArray(named) || known.length > 0)
    return (
      <Checkboxes
        label={rest.label}
        options={options}
        chosen={list}
        onChange={change}
        description={[rest.description, known.length > 0 && 'All, where none is ticked.'].filter(Boolean).join(' ')}
      />
    )
  const description = [rest.description, 'One a line.'].filter(Boolean).join(' ')
  return (
    <TextField
      {...rest}
      description={description}
      value={list.join('\n')}
      rows={3}
      onChange={(text) => change(text === '' ? [] : text.split('\n'))}
    />
  )
}
