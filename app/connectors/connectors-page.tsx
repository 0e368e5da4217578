import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { connectorsQuery, kindsQuery } from '../api/queries.ts'
import { formatAgo } from '../lib/format.ts'
import { kindIcon } from '../sources/kind-icon.ts'
import { Badge } from '../ui/badge.tsx'
import { Icon } from '../ui/icon.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { Empty } from '../ui/states.tsx'

export function ConnectorsPage() {
  const { data: kinds = [] } = useQuery(kindsQuery())
  const capabilitiesOf = (kind: string) => kinds.find((each) => each.kind === kind)?.capabilities ?? []
  return (
    <ListPage
      title="Connectors"
      facts={<span>Where sources are, and how they are logged in to.</span>}
      actions={
        <Link to="/connectors/new" className="button primary">
          <Icon name="plus" />
          New connector
        </Link>
      }
      query={useQuery(connectorsQuery())}
      one="connector"
      textOf={({ name, title, kind }) => `${name} ${title} ${kind}`}
      empty={
        <Empty
          icon="plug"
          title="There is no connector yet"
          cli="headgate connectors create lab --kind postgres --config host=db.example.org --config database=lab --config user=reader"
        >
          A connector points at a database, a bucket, a file server or an API.
        </Empty>
      }
      heads={['Connector', 'Kind', 'Credential', 'Own SQL', { number: 'Changed' }]}
      row={({ uid, name, title, kind, hasCredential, allowQuery, updated }) => (
        <tr key={uid}>
          <td>
            <Link to="/connectors/$name" params={{ name }} className="cell-link">
              <Icon name={kindIcon({ kind, capabilities: capabilitiesOf(kind) })} />
              {title}
            </Link>
            <code className="quiet">{name}</code>
          </td>
          <td>
            <Badge>{kind}</Badge>
          </td>
          <td className="quiet">{hasCredential ? 'kept' : 'none'}</td>
          <td className="quiet">{allowQuery ? 'allowed' : '–'}</td>
          <td className="number quiet">{formatAgo(updated)}</td>
        </tr>
      )}
    />
  )
}
