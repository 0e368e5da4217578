import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { snapshotsQuery } from '../api/queries.ts'
import type { Snapshot } from '../api/types.ts'
import { formatAgo, formatBytes, formatCount } from '../lib/format.ts'
import { Badge } from '../ui/badge.tsx'
import { flat, Listed } from '../ui/listing.tsx'
import { took } from '../ui/run-progress.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Empty } from '../ui/states.tsx'
import { useLiveSnapshot } from './use-live-snapshot.ts'

/** The snapshots of a datasource, the newest first; those under way are told as they go. */
export function RunList({ datasource }: { readonly datasource: string }) {
  const query = useInfiniteQuery(snapshotsQuery(datasource))
  return (
    <Listed
      query={flat(query)}
      pages={query}
      empty={
        <Empty icon="camera" title="No snapshot was taken yet" cli={`headgate snapshots take ${datasource}`}>
          Each one becomes a version that stays as it was copied, whatever the source does later.
        </Empty>
      }
      heads={[
        'Snapshot',
        'State',
        { number: 'Version' },
        { number: 'Rows' },
        { number: 'Written' },
        { number: 'Took' },
      ]}
      row={(snapshot) => <Run key={snapshot.id} listed={snapshot} />}
    />
  )
}

function Run({ listed }: { readonly listed: Snapshot }) {
  const isOver = listed.ended !== null
  return isOver ? <RunRow snapshot={listed} /> : <LiveRun listed={listed} />
}

function LiveRun({ listed }: { readonly listed: Snapshot }) {
  const { query } = useLiveSnapshot(listed.id)
  return <RunRow snapshot={query.data ?? listed} />
}

function RunRow({ snapshot }: { readonly snapshot: Snapshot }) {
  const { id, state, version, rows, bytes, percent, requested, requestedBy, drift, error } = snapshot
  return (
    <tr>
      <td>
        <Link to="/snapshots/$id" params={{ id }}>
          {formatAgo(requested)}
        </Link>{' '}
        <span className="quiet">by {requestedBy}</span>
      </td>
      <td>
        <StateBadge state={state} />{' '}
        {state === 'running' && percent !== null && <span className="number">{Math.round(percent)} %</span>}
        {drift && drift.length > 0 && <Badge tone="warn">columns changed</Badge>}
        {error && <span className="quiet small"> {error.detail}</span>}
      </td>
      <td className="number">{version ?? '–'}</td>
      <td className="number">{formatCount(rows)}</td>
      <td className="number">{formatBytes(bytes)}</td>
      <td className="number">{took(snapshot)}</td>
    </tr>
  )
}
