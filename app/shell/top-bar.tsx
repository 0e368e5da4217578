import { useQuery } from '@tanstack/react-query'
import { Link, useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { Header, Menu, MenuSection, MenuTrigger, Popover, Separator } from 'react-aria-components'
import { meQuery } from '../api/queries.ts'
import { session } from '../session/session.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { MenuEntry } from '../ui/menu-entry.tsx'
import { readTheme, setTheme, type Theme } from './theme.ts'

const names: Readonly<Record<string, string>> = {
  data: 'My data',
  audit: 'Audit trail',
}

/** Of these there is no list of all. */
const unlisted: readonly string[] = ['snapshots', 'groups', 'exports']

const themeIcons = { system: 'screen', light: 'sun', dark: 'moon' } as const

export interface TopBarProps {
  readonly onFind: () => void
  readonly onMenu: () => void
}

export function TopBar({ onFind, onMenu }: TopBarProps) {
  return (
    <div className="top-bar">
      <span className="menu-button">
        <Button variant="ghost" icon="list" label="Navigation" onPress={onMenu} />
      </span>
      <Breadcrumbs />
      <Button variant="plain" icon="search" onPress={onFind}>
        <span className="find-text">Find anything</span>
        <kbd>{/Mac/.test(navigator.platform) ? '⌘K' : 'Ctrl K'}</kbd>
      </Button>
      <Account />
    </div>
  )
}

function Breadcrumbs() {
  const pathname = useRouterState({ select: ({ location }) => location.pathname })
  const parts = pathname.split('/').filter((part) => part !== '')
  const crumbs = parts.map((part, i) => ({
    label: i === 0 ? (names[part] ?? part[0]!.toUpperCase() + part.slice(1)) : decode(part),
    href: `/${parts.slice(0, i + 1).join('/')}`,
    isPage: i > 0 || !unlisted.includes(part),
  }))
  return (
    <nav className="crumbs" aria-label="Breadcrumbs">
      <ol>
        {crumbs.map(({ label, href, isPage }, i) => (
          <li key={href}>
            {i < crumbs.length - 1 && isPage ? (
              <Link to={href}>{label}</Link>
            ) : (
              <span {...(i === crumbs.length - 1 && { 'aria-current': 'page' as const })}>{label}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function Account() {
  const { data: me } = useQuery(meQuery())
  const [theme, setShown] = useState(readTheme)
  return (
    <MenuTrigger>
      <Button variant="ghost" icon="person" label="Account and looks" />
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label="Account and looks"
          onAction={(key) => {
            if (key === 'out') void session.signOut()
            else if (key === 'reference') window.open('/reference', '_blank', 'noreferrer')
            else {
              setTheme(key as Theme)
              setShown(key as Theme)
            }
          }}
        >
          <MenuSection>
            <Header className="menu-header">
              {me ? (
                <>
                  {me.id} · {me.role}
                </>
              ) : (
                '…'
              )}
            </Header>
            {(['system', 'light', 'dark'] as const).map((each) => (
              <MenuEntry
                key={each}
                id={each}
                icon={themeIcons[each]}
                textValue={each}
                {...(theme === each && { hint: <Icon name="check" /> })}
              >
                {{ system: 'As the system', light: 'Light', dark: 'Dark' }[each]}
              </MenuEntry>
            ))}
          </MenuSection>
          <Separator className="separator" />
          <MenuSection aria-label="More">
            <MenuEntry id="reference" icon="book">
              API reference
            </MenuEntry>
            <MenuEntry id="out" icon="close">
              Sign out
            </MenuEntry>
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
