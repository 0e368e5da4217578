import { Checkbox, CheckboxGroup, Label, Text } from 'react-aria-components'
import { Icon } from './icon.tsx'

export interface CheckboxesProps {
  readonly label: string
  readonly options: readonly string[]
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
  readonly description?: string | undefined
}

/** Any of a few. */
export function Checkboxes({ label, options, chosen, onChange, description }: CheckboxesProps) {
  return (
    <CheckboxGroup className="field checkboxes" value={[...chosen]} onChange={onChange}>
      <Label>{label}</Label>
      {description && (
        <Text slot="description" className="hint">
          {description}
        </Text>
      )}
      <div className={options.length > 6 ? 'checkbox-list many' : 'checkbox-list'}>
        {options.map((option) => (
          <Checkbox key={option} value={option} className="checkbox">
            <span className="checkbox-box" aria-hidden="true">
              <Icon name="check" size={12} />
            </span>
            {option}
          </Checkbox>
        ))}
      </div>
    </CheckboxGroup>
  )
}
