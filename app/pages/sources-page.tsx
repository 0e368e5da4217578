import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { meQuery, sourcesQuery } from '../api/queries.ts'
import type { Source } from '../api/types.ts'
import { kindIcon } from '../sources/kind-icon.ts'
import { Badge } from '../ui/badge.tsx'
import { Icon } from '../ui/icon.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Async, Empty } from '../ui/states.tsx'
import { TextField } from '../ui/text-field.tsx'

export function SourcesPage() {
  const sources = useQuery(sourcesQuery())
  const { data: me } = useQuery(meQuery())
  const [search, setSearch] = useState('')
  const isAdmin = me?.roles.includes('admin') ?? false
  return (
    <div className="page">
      <PageHeader
        title="Sources"
        facts={<span>Everything that is connected, to browse and to query.</span>}
        actions={
          isAdmin && (
            <Link to="/connectors/new" className="button primary">
              <Icon name="plus" />
              New connector
            </Link>
          )
        }
      />
      <div className="toolbar">
        <TextField
          label="Find a source"
          isHiddenLabel
          type="search"
          value={search}
          onChange={setSearch}
          placeholder="Find by title, name or kind"
        />
      </div>
      <Async query={sources}>
        {(all) => {
          const found = all.filter((source) => matches(source, search))
          if (all.length === 0) return <NoSources isAdmin={isAdmin} />
          if (found.length === 0) return <Empty icon="search" title={`No source is called “${search}”`} />
          return (
            <ul className="cards" aria-label="Sources">
              {found.map((source) => (
                <SourceCard key={source.uid} source={source} />
              ))}
            </ul>
          )
        }}
      </Async>
    </div>
  )
}

function matches({ name, title, kind }: Source, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/)
  const text = `${name} ${title} ${kind}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

export function SourceCard({ source }: { readonly source: Source }) {
  return (
    <li className="card source-card">
      <div className="page-icon">
        <Icon name={kindIcon(source)} size={20} />
      </div>
      <div className="card-text">
        <Link to="/sources/$source" params={{ source: source.name }} className="card-link">
          {source.title}
        </Link>
        <code className="quiet">{source.name}</code>
      </div>
      <div className="badges">
        <Badge>{source.kind}</Badge>
        {source.capabilities.map((capability) => (
          <Badge key={capability} tone="accent">
            {capability}
          </Badge>
        ))}
      </div>
    </li>
  )
}

export function NoSources({ isAdmin }: { readonly isAdmin: boolean }) {
  return (
    <Empty
      icon="plug"
      title="Nothing is connected yet"
      action={
        isAdmin && (
          <Link to="/connectors/new" className="button primary">
            Make a connector
          </Link>
        )
      }
      cli="headgate sources list"
      python="from headgate import Headgate; print(Headgate().sources.list())"
    >
      {isAdmin
        ? 'A connector points at a database, a bucket, a file server or an API. Whoever may read can then browse it here.'
        : 'An administrator makes connectors. What they point at can then be browsed here.'}
    </Empty>
  )
}
