import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { datasourcesQuery } from '../api/queries.ts'
import { formatAgo } from '../lib/format.ts'
import { Badge } from '../ui/badge.tsx'
import { Icon } from '../ui/icon.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { Empty } from '../ui/states.tsx'
import { describeSelection } from './selection-text.ts'

export function DatasourcesPage() {
  return (
    <ListPage
      title="Datasources"
      facts={<span>Exactly what snapshots copy: a connector, and what of it.</span>}
      actions={
        <Link to="/datasources/new" className="button primary">
          <Icon name="plus" />
          New datasource
        </Link>
      }
      query={useQuery(datasourcesQuery())}
      one="datasource"
      textOf={({ name, title, connector }) => `${name} ${title} ${connector}`}
      empty={
        <Empty
          icon="camera"
          title="There is no datasource yet"
          action={
            <Link to="/sources" className="button primary">
              Look at the sources
            </Link>
          }
          cli="headgate datasources create movies data-warehouse-sql --table movies"
        >
          Open a table, a query or a file and choose <b>Keep snapshots</b>.
        </Empty>
      }
      heads={['Datasource', 'Copies', 'Connector', { number: 'Changed' }]}
      row={({ uid, name, title, connector, selection, paused, updated }) => (
        <tr key={uid}>
          <td>
            <Link to="/datasources/$name" params={{ name }} className="cell-link">
              <Icon name="camera" />
              {title}
            </Link>
            <code className="quiet">{name}</code> {paused && <Badge tone="warn">paused</Badge>}
          </td>
          <td className="quiet clip">{describeSelection(selection)}</td>
          <td>
            <Link to="/sources/$source" params={{ source: connector }}>
              {connector}
            </Link>
          </td>
          <td className="number quiet">{formatAgo(updated)}</td>
        </tr>
      )}
    />
  )
}
