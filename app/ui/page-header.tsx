import type { ReactNode } from 'react'
import { copyText } from '../lib/copy-text.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'

export interface PageHeaderProps {
  readonly title: string
  /** The short name that code uses; it can be copied. */
  readonly name?: string
  readonly icon?: IconName
  readonly facts?: ReactNode
  readonly actions?: ReactNode
}

export function PageHeader({ title, name, icon, facts, actions }: PageHeaderProps) {
  return (
    <header className="page-header">
      {icon && (
        <div className="page-icon">
          <Icon name={icon} size={20} />
        </div>
      )}
      <div className="page-title">
        <h1>{title}</h1>
        {(name || facts) && (
          <div className="facts">
            {name && (
              <span className="name">
                <code>{name}</code>
                <Button
                  variant="ghost"
                  icon="copy"
                  isSmall
                  label="Copy the name"
                  onPress={() => void copyText(name, 'The name')}
                />
              </span>
            )}
            {facts}
          </div>
        )}
      </div>
      {actions && <div className="row-actions">{actions}</div>}
    </header>
  )
}
