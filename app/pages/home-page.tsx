import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { datasetsQuery, meQuery, sourcesQuery } from '../api/queries.ts'
import { formatAgo } from '../lib/format.ts'
import { PageHeader } from '../ui/page-header.tsx'
import { Async, Empty } from '../ui/states.tsx'
import { NoSources, SourceCard } from './sources-page.tsx'

export function HomePage() {
  const sources = useQuery(sourcesQuery())
  const datasets = useQuery(datasetsQuery())
  const { data: me } = useQuery(meQuery())
  return (
    <div className="page">
      <PageHeader title="Overview" facts={<span>Your team’s data sources, and what was kept of them.</span>} />
      <section aria-labelledby="home-sources">
        <h2 id="home-sources">Sources</h2>
        <Async query={sources} rows={3}>
          {(all) =>
            all.length === 0 ? (
              <NoSources isAdmin={me?.roles.includes('admin') ?? false} />
            ) : (
              <ul className="cards" aria-label="Sources">
                {all.slice(0, 12).map((source) => (
                  <SourceCard key={source.uid} source={source} />
                ))}
              </ul>
            )
          }
        </Async>
      </section>
      <section aria-labelledby="home-datasets">
        <h2 id="home-datasets">Datasets</h2>
        <Async query={datasets} rows={3}>
          {(all) =>
            all.length === 0 ? (
              <Empty icon="layers" title="No snapshot was taken yet">
                Open a table or a file and choose <b>Keep snapshots</b>: each version then stays as it was copied.
              </Empty>
            ) : (
              <ul className="list">
                {all
                  .toSorted((a, b) => (a.updated < b.updated ? 1 : -1))
                  .slice(0, 8)
                  .map(({ uid, name, title, latest, updated }) => (
                    <li key={uid}>
                      <Link to="/datasets/$name" params={{ name }}>
                        {title}
                      </Link>
                      <code className="quiet">{name}</code>
                      <span className="push quiet">
                        {latest === null ? 'no version' : `version ${latest}`} · {formatAgo(updated)}
                      </span>
                    </li>
                  ))}
              </ul>
            )
          }
        </Async>
      </section>
    </div>
  )
}
