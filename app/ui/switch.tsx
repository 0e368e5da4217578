import { Switch as AriaSwitch } from 'react-aria-components'

export interface SwitchProps {
  readonly label: string
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
  readonly description?: string | undefined
  readonly error?: string | undefined
  readonly isRequired?: boolean
}

export function Switch({ label, isSelected, onChange, description, error }: SwitchProps) {
  return (
    <div className="field">
      <AriaSwitch className="switch" isSelected={isSelected} onChange={onChange}>
        <span className="switch-track" aria-hidden="true" />
        {label}
      </AriaSwitch>
      {description && <span className="hint">{description}</span>}
      {error && <span className="error">{error}</span>}
    </div>
  )
}
