import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { exportersQuery, meQuery } from '../api/queries.ts'
import { formatAgo } from '../lib/format.ts'
import { Badge } from '../ui/badge.tsx'
import { Icon } from '../ui/icon.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { Empty } from '../ui/states.tsx'

export function ExportersPage() {
  const { data: me } = useQuery(meQuery())
  const isEditor = me?.roles.includes('editor') ?? false
  const make = isEditor && (
    <Link to="/exporters/new" className="button primary">
      <Icon name="plus" />
      New exporter
    </Link>
  )
  return (
    <ListPage
      title="Exporters"
      facts={<span>Places that datasets are written to.</span>}
      actions={make}
      query={useQuery(exportersQuery())}
      one="exporter"
      textOf={({ name, title, connector, path, table }) => `${name} ${title} ${connector} ${path ?? table}`}
      empty={
        <Empty
          icon="send"
          title="There is no exporter yet"
          action={make}
          cli="headgate exporters create prices-out warehouse --table prices --mode replace"
          python="hg.exporters.create('prices-out', 'warehouse', table='prices', mode='replace').run('prices')"
        >
          An exporter writes a version of a dataset to a file of a bucket or a file server, or to a table of a database.
        </Empty>
      }
      heads={['Exporter', 'Writes', 'Connector', { number: 'Changed' }]}
      row={({ uid, name, title, connector, path, table, mode, updated }) => (
        <tr key={uid}>
          <td>
            <Link to="/exporters/$name" params={{ name }} className="cell-link">
              <Icon name="send" />
              {title}
            </Link>
            <code className="quiet">{name}</code>
          </td>
          <td className="clip">
            <code>{path ?? table}</code> <Badge>{mode}</Badge>
          </td>
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
