import { Checkbox } from 'react-aria-components'
import { Icon } from './icon.tsx'

export interface TickProps {
  /** Read out: `Choose results.csv`. */
  readonly label: string
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
}

/** A box to tick a row by. */
export function Tick({ label, isSelected, onChange }: TickProps) {
  return (
    <Checkbox className="checkbox" aria-label={label} isSelected={isSelected} onChange={onChange}>
      <span className="checkbox-box" aria-hidden="true">
        <Icon name="check" size={12} />
      </span>
    </Checkbox>
  )
}
