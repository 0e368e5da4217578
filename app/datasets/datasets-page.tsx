import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { datasetsQuery } from '../api/queries.ts'
import { formatAgo } from '../lib/format.ts'
import { Icon } from '../ui/icon.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { Empty } from '../ui/states.tsx'

export function DatasetsPage() {
  return (
    <ListPage
      title="Datasets"
      facts={<span>What was copied, in versions that stay as they are.</span>}
      query={useQuery(datasetsQuery())}
      one="dataset"
      textOf={({ name, title }) => `${name} ${title}`}
      empty={
        <Empty
          icon="layers"
          title="There is no dataset yet"
          action={
            <Link to="/sources" className="button primary">
              Look at the sources
            </Link>
          }
          cli="headgate snapshots take movies"
        >
          The first snapshot of a datasource makes its dataset. Open a table or a file and choose <b>Keep snapshots</b>.
        </Empty>
      }
      heads={['Dataset', { number: 'Version' }, { number: 'Changed' }]}
      row={({ uid, name, title, latest, highest, updated }) => (
        <tr key={uid}>
          <td>
            <Link to="/datasets/$name" params={{ name }} className="cell-link">
              <Icon name="layers" />
              {title}
            </Link>
            <code className="quiet">{name}</code>
          </td>
          <td className="number">
            {latest ?? 'none'}
            {latest !== null && latest !== highest && <span className="quiet"> of {highest}</span>}
          </td>
          <td className="number quiet">{formatAgo(updated)}</td>
        </tr>
      )}
    />
  )
}
