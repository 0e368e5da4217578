import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { datasourcesQuery } from '../api/queries.ts'
import { formatAgo } from '../lib/format.ts'
import { Badge } from '../ui/badge.tsx'
import { Icon } from '../ui/icon.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Async, Empty } from '../ui/states.tsx'
import { TextField } from '../ui/text-field.tsx'
import { describeSelection } from './selection-text.ts'

export function DatasourcesPage() {
  const datasources = useQuery(datasourcesQuery())
  const [search, setSearch] = useState('')
  return (
    <div className="page">
      <PageHeader
        title="Datasources"
        facts={<span>Exactly what snapshots copy: a connector, and what of it.</span>}
        actions={
          <Link to="/datasources/new" className="button primary">
            <Icon name="plus" />
            New datasource
          </Link>
        }
      />
      <Async query={datasources}>
        {(all) => {
          if (all.length === 0)
            return (
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
            )
          const found = all.filter(({ name, title, connector }) =>
            `${name} ${title} ${connector}`.toLowerCase().includes(search.toLowerCase()),
          )
          return (
            <>
              <div className="toolbar">
                <TextField
                  label="Find a datasource"
                  isHiddenLabel
                  type="search"
                  value={search}
                  onChange={setSearch}
                  placeholder="Find by title, name or connector"
                />
              </div>
              <table className="listing">
                <thead>
                  <tr>
                    <th>Datasource</th>
                    <th>Copies</th>
                    <th>Connector</th>
                    <th className="number">Changed</th>
                  </tr>
                </thead>
                <tbody>
                  {found.map(({ uid, name, title, connector, selection, paused, updated }) => (
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
