import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Window } from '../../clients/typescript/rows.ts'
import { headgate } from '../api/headgate.ts'
import { meQuery, tableQuery } from '../api/queries.ts'
import type { ReadPage } from '../grid/row-pages.ts'
import { RowsView } from '../grid/rows-view.tsx'
import { formatBytes, formatCompact } from '../lib/format.ts'
import { Badge } from '../ui/badge.tsx'
import { Icon } from '../ui/icon.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { UseInCode } from '../ui/use-in-code.tsx'
import { queryOf, type TableView } from './table-view.ts'

const route = getRouteApi('/sources/$source/tables/$table')

export function TablePage() {
  const { source, table } = route.useParams()
  const view = route.useSearch()
  const navigate = route.useNavigate()
  const { data: description } = useQuery(tableQuery(source, table))
  const { data: me } = useQuery(meQuery())
  const key = JSON.stringify(queryOf(view))
  const read = useMemo((): ReadPage => {
    const rows = headgate.sources.at(source).table(table)
    const query: Window = JSON.parse(key)
    return (cursor, limit, signal) => rows.page({ ...query, limit }, cursor, { signal })
  }, [source, table, key])
  return (
    <div className="page wide">
      <PageHeader
        title={table}
        name={table}
        icon={description?.kind === 'table' || !description ? 'table' : 'view'}
        facts={
          description && (
            <>
              {description.kind !== 'table' && <Badge>{description.kind}</Badge>}
              {description.estimate !== null && <span>about {formatCompact(description.estimate)} rows</span>}
              {description.bytes !== null && <span>{formatBytes(description.bytes)}</span>}
              {description.primaryKey.length > 0 && <span>key {description.primaryKey.join(', ')}</span>}
              {description.comment && <span className="comment">{description.comment}</span>}
            </>
          )
        }
        actions={
          <>
            <UseInCode of={{ source, table }} view={view} />
            {me?.roles.includes('editor') && (
              <Link
                to="/datasources/new"
                search={{ connector: source, selection: { table, ...selectionOf(view) } }}
                className="button plain"
              >
                <Icon name="camera" />
                Keep snapshots
              </Link>
            )}
          </>
        }
      />
      <RowsView
        label={`Rows of ${table}`}
        read={read}
        view={view}
        onView={(next) => void navigate({ search: next })}
        allColumns={description?.columns}
      />
    </div>
  )
}

/** What a datasource of the view on screen copies. */
function selectionOf(view: TableView): Readonly<Record<string, unknown>> {
  const { where, select } = queryOf(view)
  return { ...(where !== undefined && { where }), ...(select !== undefined && { columns: select }) }
}
