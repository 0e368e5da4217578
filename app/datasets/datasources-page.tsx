import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { datasourcesQuery, meQuery } from '../api/queries.ts'
import { formatAgo } from '../lib/format.ts'
import { Badge } from '../ui/badge.tsx'
import { Icon } from '../ui/icon.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { Empty } from '../ui/states.tsx'
import { Tick } from '../ui/tick.tsx'
import { useTicked } from '../ui/use-ticked.ts'
import { ChosenDatasources } from './chosen-datasources.tsx'
import { describeSelection } from './selection-text.ts'

export function DatasourcesPage() {
  const query = useQuery(datasourcesQuery())
  const { ticked, tick, clear } = useTicked()
  const { data: me } = useQuery(meQuery())
  const isEditor = me?.roles.includes('editor') ?? false
  return (
    <ListPage
      title="Datasources"
      facts={<span>Exactly what snapshots copy: a connector, and what of it.</span>}
      actions={
        isEditor && (
          <Link to="/datasources/new" className="button primary">
            <Icon name="plus" />
            New datasource
          </Link>
        )
      }
      above={<ChosenDatasources chosen={[...ticked]} onClear={clear} />}
      query={query}
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
      heads={[{ hidden: 'Chosen' }, 'Datasource', 'Copies', 'Connector', { number: 'Changed' }]}
      row={({ uid, name, title, connector, selection, paused, updated }) => (
        <tr key={uid}>
          <td className="tick">
            {isEditor && (
              <Tick label={`Choose ${name}`} isSelected={ticked.has(name)} onChange={(is) => tick(name, is)} />
            )}
          </td>
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
