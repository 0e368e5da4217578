import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { meQuery, sourceQuery } from '../api/queries.ts'
import { Badge } from '../ui/badge.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { kindIcon } from './kind-icon.ts'

/** The name of a source, and the ways to look at it. */
export function SourceHeader({ source: name }: { readonly source: string }) {
  const { data: source } = useQuery(sourceQuery(name))
  const { data: me } = useQuery(meQuery())
  if (source === undefined) return <PageHeader title={name} />
  const { capabilities, title, kind, allowQuery } = source
  return (
    <>
      <PageHeader title={title} name={name} icon={kindIcon(source)} facts={<Badge>{kind}</Badge>} />
      <nav className="tabs-row" aria-label="Ways to look at this source">
        {capabilities.includes('operations') && (
          <Link to="/sources/$source/operations" params={{ source: name }} className="tab">
            Operations
          </Link>
        )}
        {capabilities.includes('tables') && (
          <Link to="/sources/$source/tables" params={{ source: name }} className="tab">
            Tables
          </Link>
        )}
        {capabilities.includes('objects') && (
          <Link to="/sources/$source/files" params={{ source: name }} className="tab">
            Files
          </Link>
        )}
        {allowQuery && (
          <Link to="/sources/$source/query" params={{ source: name }} className="tab">
            Query
          </Link>
        )}
        {me?.roles.includes('admin') && (
          <Link to="/connectors/$name" params={{ name }} className="tab">
            Connector
          </Link>
        )}
      </nav>
    </>
  )
}
