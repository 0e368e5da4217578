import type { JsonSchema } from '../api/types.ts'
import { Checkboxes } from '../ui/checkboxes.tsx'
import { TextField, type TextFieldProps } from '../ui/text-field.tsx'

export interface ListFieldProps extends Pick<TextFieldProps, 'label' | 'description' | 'error'> {
  readonly schema: JsonSchema
  readonly value: unknown
  readonly isRequired: boolean
  readonly onChange: (value: unknown) => void
}

/** A list of texts: those of an enum by ticking, others one a line. */
export function ListField({ schema, value, onChange, ...rest }: ListFieldProps) {
  const list = Array.isArray(value) ? value.map(String) : []
  const known = (schema.items as JsonSchema).enum
  const change = (next: readonly string[]) => onChange(next.length === 0 && !rest.isRequired ? undefined : next)
  if (Array.isArray(known))
    return <Checkboxes label={rest.label} options={known.map(String)} chosen={list} onChange={change} />
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
