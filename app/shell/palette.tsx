import { useQueries, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  Menu,
  MenuSection,
  Modal,
  ModalOverlay,
  TextField,
} from 'react-aria-components'
import {
  datasetsQuery,
  datasourcesQuery,
  exportersQuery,
  meQuery,
  searchQuery,
  sourcesQuery,
  tablesQuery,
} from '../api/queries.ts'
import { session } from '../session/session.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { MenuEntry } from '../ui/menu-entry.tsx'
import { setTheme } from './theme.ts'

interface Entry {
  readonly id: string
  readonly label: string
  readonly hint: string
  readonly icon: IconName
  readonly href?: string
  readonly act?: () => void
}

/** As many of each sort as are shown. */
const most = 12

const at = (...parts: readonly string[]) => `/${parts.map(encodeURIComponent).join('/')}`

/** Everything that can be gone to or done, found by a few letters. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text)
  const { data: me } = useQuery(meQuery())
  const isEditor = me?.roles.includes('editor') ?? false
  const isAdmin = me?.roles.includes('admin') ?? false
  const { data: sources = [] } = useQuery(sourcesQuery())
  const tables = useQueries({
    queries: sources
      .filter(({ capabilities }) => capabilities.includes('tables'))
      .map(({ name }) => ({ ...tablesQuery(name), select: (all: readonly { table: string }[]) => ({ name, all }) })),
  })
  const { data: datasets = [] } = useQuery(datasetsQuery())
  const { data: datasources = [] } = useQuery({ ...datasourcesQuery(), enabled: isEditor })
  const { data: exporters = [] } = useQuery({ ...exportersQuery(), enabled: isEditor })
  const { data: found = [] } = useQuery(searchQuery(wanted))
  const groups: readonly (readonly [string, readonly Entry[]])[] = [
    ['Actions', actions(isEditor, isAdmin)],
    ['Sources', sources.map(({ name, title }) => entry(at('sources', name), title, name, 'database'))],
    [
      'Tables',
      tables.flatMap(({ data }) =>
        (data?.all ?? []).map(({ table }) =>
          entry(at('sources', data!.name, 'tables', table), table, data!.name, 'table'),
        ),
      ),
    ],
    ['Datasets', datasets.map(({ name, title }) => entry(at('datasets', name), title, name, 'layers'))],
    ['Datasources', datasources.map(({ name, title }) => entry(at('datasources', name), title, name, 'camera'))],
    ['Exporters', exporters.map(({ name, title }) => entry(at('exporters', name), title, name, 'send'))],
    [
      'My data',
      found
        .filter(({ kind }) => kind === 'file' || kind === 'folder')
        .map(({ uid, name, kind }) =>
          entry(
            `/data?path=${encodeURIComponent(JSON.stringify(uid.replace(/^user\//, '')))}`,
            name,
            uid,
            kind === 'folder' ? 'folder' : 'file',
          ),
        ),
    ],
  ]
  const shown = groups
    .map(([name, entries]) => [name, entries.filter((each) => matches(each, wanted)).slice(0, most)] as const)
    .filter(([, entries]) => entries.length > 0)
  const open = (id: string) => {
    const chosen = shown.flatMap(([, entries]) => entries).find((each) => each.id === id)
    onClose()
    chosen?.act?.()
    if (chosen?.href) void navigate({ href: chosen.href })
  }
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="modal">
        <Dialog className="palette" aria-label="Find anything">
          <Autocomplete inputValue={text} onInputChange={setText}>
            <TextField className="palette-field" aria-label="Find anything" autoFocus>
              <Icon name="search" size={18} />
              <Input className="palette-input" placeholder="Sources, tables, datasets, actions" spellCheck={false} />
            </TextField>
            <div className="palette-scroll" tabIndex={0} role="group" aria-label="Found">
              <Menu
                className="menu"
                aria-label="What was found"
                onAction={(key) => open(String(key))}
                renderEmptyState={() => <p className="palette-none quiet">Nothing is called like that.</p>}
              >
                {shown.map(([name, entries]) => (
                  <MenuSection key={name}>
                    <Header className="menu-header">{name}</Header>
                    {entries.map(({ id, label, hint, icon }) => (
                      <MenuEntry key={id} id={id} icon={icon} textValue={`${label} ${hint}`} hint={hint}>
                        {label}
                      </MenuEntry>
                    ))}
                  </MenuSection>
                ))}
              </Menu>
            </div>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

const entry = (href: string, label: string, hint: string, icon: IconName): Entry => ({
  id: href,
  label,
  hint,
  icon,
  href,
})

function matches({ label, hint }: Entry, text: string): boolean {
  const all = `${label} ${hint}`.toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}

function actions(isEditor: boolean, isAdmin: boolean): readonly Entry[] {
  const looks = (['light', 'dark', 'system'] as const).map(
    (theme): Entry => ({
      id: `theme:${theme}`,
      label: { light: 'Light looks', dark: 'Dark looks', system: 'Looks as the system' }[theme],
      hint: 'look',
      icon: theme === 'dark' ? 'moon' : theme === 'light' ? 'sun' : 'screen',
      act: () => setTheme(theme),
    }),
  )
  return [
    ...(isEditor
      ? [
          entry('/datasources/new', 'New datasource', 'make', 'camera'),
          entry('/exporters/new', 'New exporter', 'make', 'send'),
          entry('/data', 'Upload files', 'my data', 'upload'),
          entry('/secrets', 'Keep a secret', 'secrets', 'lock'),
        ]
      : []),
    ...(isAdmin
      ? [
          entry('/connectors/new', 'New connector', 'make', 'plug'),
          entry('/members', 'Members', 'administration', 'people'),
          entry('/audit', 'Audit trail', 'administration', 'list'),
        ]
      : []),
    entry('/tokens', 'Make a token', 'tokens', 'key'),
    entry('/device', 'Let a device in', 'sign in', 'terminal'),
    ...looks,
    { id: 'out', label: 'Sign out', hint: 'session', icon: 'close', act: () => void session.signOut() },
  ]
}
