import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { datasetQuery, diffQuery, meQuery, versionsQuery } from '../api/queries.ts'
import type { Version } from '../api/types.ts'
import { formatAgo, formatBytes, formatCount } from '../lib/format.ts'
import { say } from '../shell/toasts.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Deeds, deeds, flat, Listing } from '../ui/listing.tsx'
import { Async, Empty } from '../ui/states.tsx'
import { DownloadMenu } from './download-menu.tsx'
import { Timeline } from './timeline.tsx'

export interface VersionListProps {
  readonly name: string
  readonly latest?: number | null
}

/** The versions of a dataset, the newest first, and what can be done with each. */
export function VersionList({ name, latest: known }: VersionListProps) {
  const query = useInfiniteQuery(versionsQuery(name))
  const { data: dataset } = useQuery({ ...datasetQuery(name), enabled: known === undefined })
  const latest = known ?? dataset?.latest ?? null
  // A datasource of which no snapshot was published has no dataset yet.
  const isNone = query.error !== null && asProblem(query.error).code === 'not-found'
  if (isNone) return <Empty icon="layers" title="No version was published yet" />
  return (
    <Async query={flat(query)}>
      {(all) => (
        <div className="stack">
          <Timeline versions={all} />
          <Listing
            heads={['Version', 'Columns', { number: 'Rows' }, { number: 'Size' }, { number: 'Published' }, deeds]}
            pages={query}
          >
            {all.map((version, i) => (
              <VersionRow
                key={version.version}
                name={name}
                version={version}
                isLatest={version.version === latest}
                hasOlder={i < all.length - 1 || query.hasNextPage}
              />
            ))}
          </Listing>
        </div>
      )}
    </Async>
  )
}

interface VersionRowProps {
  readonly name: string
  readonly version: Version
  readonly isLatest: boolean
  readonly hasOlder: boolean
}

function VersionRow({ name, version: shown, isLatest, hasOlder }: VersionRowProps) {
  const { version, rows, bytes, published, requestedBy, pinned, expires } = shown
  const client = useQueryClient()
  const { data: me } = useQuery(meQuery())
  const { data: diff } = useQuery({
    ...diffQuery(name, version),
    enabled: hasOlder,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const isEditor = me?.roles.includes('editor') ?? false
  const dataset = headgate.datasets.at(name)
  const change = async (deed: Promise<unknown>, done: string) => {
    try {
      await deed
      say(done)
    } catch (thrown) {
      say((thrown as Error).message, 'bad')
    }
    await client.invalidateQueries({ queryKey: ['versions', name] })
    await client.invalidateQueries({ queryKey: ['dataset', name] })
  }
  return (
    <tr>
      <td>
        <Link to="/datasets/$name" params={{ name }} search={{ version }} className="cell-link">
          {version}
        </Link>
        <span className="badges inline">
          {isLatest && <Badge tone="good">read now</Badge>}
          {pinned && <Badge tone="accent">pinned</Badge>}
          {expires && <Badge tone="warn">goes {formatAgo(expires)}</Badge>}
        </span>
      </td>
      <td>
        {diff && !diff.same && (
          <Link to="/datasets/$name" params={{ name }} search={{ tab: 'compare', version }}>
            <Badge tone="warn">{diff.changes.length} changed</Badge>
          </Link>
        )}
        {diff?.same && <span className="quiet small">as before</span>}
        {!hasOlder && <span className="quiet small">the first</span>}
      </td>
      <td className="number">{formatCount(rows)}</td>
      <td className="number">{formatBytes(bytes)}</td>
      <td className="number quiet">
        <Link to="/snapshots/$id" params={{ id: shown.snapshot }} title={`by ${requestedBy}`}>
          {formatAgo(published)}
        </Link>
      </td>
      <Deeds>
        <DownloadMenu name={name} version={shown} isSmall />
        {isEditor && (
          <>
            <Button
              variant="ghost"
              icon="pin"
              isSmall
              label={pinned ? `Let version ${version} go with the others` : `Pin version ${version}: keep it for good`}
              onPress={() =>
                void change(dataset.pin(version, !pinned), pinned ? 'It is pinned no more.' : 'It is pinned.')
              }
            />
            {!isLatest && (
              <Confirm
                button={{ variant: 'ghost', icon: 'back', isSmall: true, label: `Roll back to version ${version}` }}
                title={`Read version ${version} from now on?`}
                action="Roll back"
                onConfirm={() => change(dataset.rollBack(version), `Version ${version} is read now.`)}
              >
                Whoever names no version gets this one, until the next snapshot. No version is lost.
              </Confirm>
            )}
            <Confirm
              button={{ variant: 'ghost', icon: 'trash', isSmall: true, label: `Delete version ${version}` }}
              title={`Delete version ${version}?`}
              action="Delete"
              onConfirm={async () => {
                await dataset.deleteVersion(version)
                await client.invalidateQueries({ queryKey: ['versions', name] })
                await client.invalidateQueries({ queryKey: ['dataset', name] })
              }}
            >
              Its {formatCount(rows)} rows will be gone for good; its number is not given again.
            </Confirm>
          </>
        )}
      </Deeds>
    </tr>
  )
}
