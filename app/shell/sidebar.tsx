import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { meQuery } from '../api/queries.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { Logo } from '../ui/logo.tsx'
import { SourceTree } from './source-tree.tsx'

interface Entry {
  readonly to: string
  readonly label: string
  readonly icon: IconName
  /** Of no use to whom may only read. */
  readonly editor?: true
}

const data: readonly Entry[] = [
  { to: '/', label: 'Overview', icon: 'home' },
  { to: '/datasets', label: 'Datasets', icon: 'layers' },
  { to: '/datasources', label: 'Datasources', icon: 'camera', editor: true },
  { to: '/exporters', label: 'Exporters', icon: 'send', editor: true },
]

const own: readonly Entry[] = [
  { to: '/data', label: 'My data', icon: 'folder' },
  { to: '/secrets', label: 'Secrets', icon: 'lock' },
  { to: '/tokens', label: 'Tokens', icon: 'key' },
]

const admin: readonly Entry[] = [
  { to: '/connectors', label: 'Connectors', icon: 'plug' },
  { to: '/members', label: 'Members', icon: 'people' },
  { to: '/audit', label: 'Audit trail', icon: 'list' },
]

function Entries({ label, entries }: { readonly label: string; readonly entries: readonly Entry[] }) {
  return (
    <ul className="nav-list" aria-label={label}>
      {entries.map(({ to, label, icon }) => (
        <li key={to}>
          <Link to={to} className="nav-link" activeOptions={{ exact: to === '/' }}>
            <Icon name={icon} />
            {label}
          </Link>
        </li>
      ))}
    </ul>
  )
}

export function Sidebar() {
  const { data: me } = useQuery(meQuery())
  const can = (role: string) => me?.roles.includes(role as never) ?? false
  return (
    <nav className="sidebar" aria-label="Headgate">
      <Link to="/" className="brand">
        <Logo size={24} />
        <span>Headgate</span>
      </Link>
      <Entries label="Data" entries={data.filter(({ editor }) => !editor || can('editor'))} />
      <div className="nav-heading">
        <Link to="/sources">Sources</Link>
      </div>
      <SourceTree />
      {can('editor') && (
        <>
          <div className="nav-heading">Yours</div>
          <Entries label="Yours" entries={own} />
        </>
      )}
      {me !== undefined && !can('editor') && (
        <Entries label="Yours" entries={own.filter(({ to }) => to === '/tokens')} />
      )}
      {can('admin') && (
        <>
          <div className="nav-heading">Administration</div>
          <Entries label="Administration" entries={admin} />
        </>
      )}
    </nav>
  )
}
