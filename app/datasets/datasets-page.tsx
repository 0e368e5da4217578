import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { datasetsQuery } from '../api/queries.ts'
import { formatAgo } from '../lib/format.ts'
import { Icon } from '../ui/icon.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Async, Empty } from '../ui/states.tsx'
import { TextField } from '../ui/text-field.tsx'

export function DatasetsPage() {
  const datasets = useQuery(datasetsQuery())
  const [search, setSearch] = useState('')
  return (
    <div className="page">
      <PageHeader title="Datasets" facts={<span>What was copied, in versions that stay as they are.</span>} />
      <Async query={datasets}>
        {(all) => {
          if (all.length === 0)
            return (
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
                The first snapshot of a datasource makes its dataset. Open a table or a file and choose{' '}
                <b>Keep snapshots</b>.
              </Empty>
            )
          const found = all.filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(search.toLowerCase()))
          return (
            <>
              <div className="toolbar">
                <TextField
                  label="Find a dataset"
                  isHiddenLabel
                  type="search"
                  value={search}
                  onChange={setSearch}
                  placeholder="Find by title or name"
                />
              </div>
              <table className="listing">
                <thead>
                  <tr>
                    <th>Dataset</th>
                    <th className="number">Version</th>
                    <th className="number">Changed</th>
                  </tr>
                </thead>
                <tbody>
                  {found.map(({ uid, name, title, latest, highest, updated }) => (
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
                  ))}
                </tbody>
              </table>
            </>
          )
        }}
      </Async>
    </div>
  )
}
