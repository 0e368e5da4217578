import {
  Button,
  FieldError,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  Text,
} from 'react-aria-components'
import { Icon } from './icon.tsx'

export interface ChoiceProps {
  readonly label: string
  readonly value: string | undefined
  readonly onChange: (value: string) => void
  /** Value and what is read. */
  readonly options: readonly (readonly [value: string, text: string])[]
  readonly description?: string | undefined
  readonly error?: string | undefined
  readonly placeholder?: string
  readonly isHiddenLabel?: boolean
  readonly isRequired?: boolean
}

/** One of a few. */
export function Choice(props: ChoiceProps) {
  const {
    label,
    value,
    onChange,
    options,
    description,
    error,
    placeholder = 'Choose',
    isHiddenLabel,
    isRequired,
  } = props
  return (
    <Select
      className="field"
      value={value ?? null}
      onChange={(key) => onChange(String(key))}
      placeholder={placeholder}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      {...(isHiddenLabel && { 'aria-label': label })}
    >
      {!isHiddenLabel && (
        <Label>
          {label}
          {isRequired && (
            <span className="required" aria-hidden="true">
              *
            </span>
          )}
        </Label>
      )}
      <Button className="input select">
        <SelectValue />
        <Icon name="down" size={14} />
      </Button>
      {description && (
        <Text slot="description" className="hint">
          {description}
        </Text>
      )}
      <FieldError className="error">{error}</FieldError>
      <Popover className="popover">
        <ListBox className="menu" items={options.map(([id, text]) => ({ id, text }))}>
          {({ id, text }) => (
            <ListBoxItem id={id} className="menu-item" textValue={text}>
              {text}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  )
}
