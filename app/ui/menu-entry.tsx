import type { ReactNode } from 'react'
import { MenuItem } from 'react-aria-components'
import { Icon, type IconName } from './icon.tsx'

export interface MenuEntryProps {
  readonly id: string
  readonly icon?: IconName
  readonly children: ReactNode
  /** Said at the right. */
  readonly hint?: ReactNode
  /** By what letters it is come to, where its content is no text. */
  readonly textValue?: string
  /** A value of somebody's data, not words of ours. */
  readonly isValue?: boolean
}

/** One thing to do of a menu. */
export function MenuEntry({ id, icon, children, hint, textValue, isValue = false }: MenuEntryProps) {
  return (
    <MenuItem id={id} className="menu-item" {...(textValue !== undefined && { textValue })}>
      {icon && <Icon name={icon} />}
      <span className={isValue ? 'menu-text mono' : 'menu-text'}>{children}</span>
      {hint !== undefined && <span className="push quiet">{hint}</span>}
    </MenuItem>
  )
}
