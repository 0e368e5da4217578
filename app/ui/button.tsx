import type { ReactNode } from 'react'
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components'
import { Icon, type IconName } from './icon.tsx'

export interface ButtonProps extends Omit<AriaButtonProps, 'children' | 'className'> {
  readonly variant?: 'primary' | 'plain' | 'ghost' | 'danger'
  readonly icon?: IconName
  readonly children?: ReactNode
  /** Without text, what the button does: read out, and shown beside it. */
  readonly label?: string
  readonly isSmall?: boolean
}

export function Button({ variant = 'plain', icon, children, label, isSmall = false, ...rest }: ButtonProps) {
  const classes = ['button', variant, isSmall && 'small', children === undefined && 'icon-only']
  const button = (
    <AriaButton {...rest} {...(label && { 'aria-label': label })} className={classes.filter(Boolean).join(' ')}>
      {icon && <Icon name={icon} />}
      {children}
    </AriaButton>
  )
  if (label === undefined) return button
  return (
    <TooltipTrigger delay={400} closeDelay={80}>
      {button}
      <Tooltip className="tooltip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  )
}
