import { type Ref, useId } from 'react'
import { TextField as AriaTextField, FieldError, Input, Label, Text, TextArea } from 'react-aria-components'

export interface TextFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly description?: string | undefined
  readonly error?: string | undefined
  readonly type?: 'text' | 'password' | 'search' | 'url' | 'number'
  readonly placeholder?: string | undefined
  readonly isRequired?: boolean
  readonly isMono?: boolean
  readonly isHiddenLabel?: boolean
  readonly isReadOnly?: boolean
  readonly rows?: number
  readonly autoFocus?: boolean
  readonly inputRef?: Ref<HTMLInputElement>
  /** Values that the browser offers while one types. */
  readonly suggestions?: readonly string[]
}

export function TextField(props: TextFieldProps) {
  const { label, value, onChange, description, error, type = 'text', placeholder, isMono, isHiddenLabel, rows } = props
  const field = useId()
  const classes = isMono ? 'input mono' : 'input'
  return (
    <AriaTextField
      className="field"
      value={value}
      onChange={onChange}
      isRequired={props.isRequired ?? false}
      isReadOnly={props.isReadOnly ?? false}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      autoFocus={props.autoFocus ?? false}
      {...(isHiddenLabel && { 'aria-label': label })}
    >
      {!isHiddenLabel && (
        <Label>
          {label}
          {props.isRequired && (
            <span className="required" aria-hidden="true">
              *
            </span>
          )}
        </Label>
      )}
      {rows === undefined ? (
        <Input
          id={field}
          className={classes}
          type={type}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          ref={props.inputRef}
          {...(props.suggestions && { list: `${field}-list` })}
        />
      ) : (
        <TextArea className={classes} rows={rows} placeholder={placeholder} spellCheck={false} />
      )}
      {props.suggestions && (
        <datalist id={`${field}-list`}>
          {props.suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      {description && (
        <Text slot="description" className="hint">
          {description}
        </Text>
      )}
      <FieldError className="error">{error}</FieldError>
    </AriaTextField>
  )
}
