import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { meQuery, tablesQuery } from '../api/queries.ts'
import type { Table } from '../api/types.ts'
import { formatBytes, formatCompact, plural } from '../lib/format.ts'
import { Badge } from '../ui/badge.tsx'
import { Icon } from '../ui/icon.tsx'
import { Listing } from '../ui/listing.tsx'
import { Async, Empty } from '../ui/states.tsx'
import { TextField } from '../ui/text-field.tsx'
import { SourceHeader } from './source-header.tsx'

/** The tables of a source by schema. What is looked for is in the address. */
export function TablesPage() {
  const { source: name = '' } = useParams({ strict: false })
  const { search = '' } = useSearch({ strict: false })
  const navigate = useNavigate()
  const tables = useQuery(tablesQuery(name))
  const { data: me } = useQuery(meQuery())
  const setSearch = (text: string) =>
    void navigate({
      to: '/sources/$source/tables',
      params: { source: name },
      search: text === '' ? {} : { search: text },
      replace: true,
    })
  return (
    <div className="page">
      <SourceHeader source={name} />
      <div className="toolbar">
        <TextField
          label="Find a table"
          isHiddenLabel
          type="search"
          value={search}
          onChange={setSearch}
          placeholder="Find a table"
        />
        {tables.data && <span className="quiet">{plural(tables.data.length, 'table')}</span>}
      </div>
      <Async query={tables} rows={10}>
        {(all) => {
          const found = all.filter(({ table }) => table.toLowerCase().includes(search.toLowerCase()))
          if (all.length === 0)
            return (
              <Empty icon="table" title="There is no table here">
                The login of this connector sees none.{' '}
                {me?.role === 'admin' && 'Check the connector: it tells what the login may read.'}
              </Empty>
            )
          if (found.length === 0) return <Empty icon="search" title={`No table is called “${search}”`} />
          return [...Map.groupBy(found, ({ schema }) => schema)].map(([schema, group]) => (
            <TableGroup key={schema} source={name} schema={schema} tables={group} />
          ))
        }}
      </Async>
    </div>
  )
}

interface TableGroupProps {
  readonly source: string
  readonly schema: string
  readonly tables: readonly Table[]
}

function TableGroup({ source, schema, tables }: TableGroupProps) {
  return (
    <section aria-label={`Schema ${schema}`}>
      <Listing
        caption={
          <>
            <Icon name="database" size={14} /> {schema}
          </>
        }
        heads={['Table', 'Comment', { number: 'Rows, about' }, { number: 'Size' }]}
      >
        {tables.map(({ table, kind, comment, estimate, bytes }) => (
          <tr key={table}>
            <td>
              <Link to="/sources/$source/tables/$table" params={{ source, table }} className="cell-link">
                <Icon name={kind === 'table' ? 'table' : 'view'} />
                {table}
              </Link>
              {kind !== 'table' && <Badge>{kind}</Badge>}
            </td>
            <td className="quiet">{comment}</td>
            <td className="number">{estimate === null ? '–' : formatCompact(estimate)}</td>
            <td className="number">{formatBytes(bytes)}</td>
          </tr>
        ))}
      </Listing>
    </section>
  )
}
