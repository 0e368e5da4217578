import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { isEnded } from '../../clients/typescript/resources/snapshots.ts'
import { headgate } from '../api/headgate.ts'
import { toldProblem } from '../api/problem.ts'
import { groupQuery, meQuery } from '../api/queries.ts'
import type { Group, Snapshot } from '../api/types.ts'
import { formatBytes, formatCount, formatDuration, formatMoment, plural } from '../lib/format.ts'
import { useNow } from '../lib/use-now.ts'
import { useRunTitle } from '../lib/use-run-title.ts'
import { say } from '../shell/toasts.tsx'
import { Button } from '../ui/button.tsx'
import { Listing } from '../ui/listing.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { RunProgress, rowsASecond, Tiles, tookMs } from '../ui/run-progress.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Async } from '../ui/states.tsx'

const route = getRouteApi('/groups/$id')

/** Snapshots of one moment: how far all of them are, and each. */
export function GroupPage() {
  const { id } = route.useParams()
  return (
    <div className="page">
      <Async query={useQuery(groupQuery(id))}>{(group) => <Whole group={group} />}</Async>
    </div>
  )
}

function Whole({ group }: { readonly group: Group }) {
  const { id, connector, state, snapshots, requestedBy, requested } = group
  const client = useQueryClient()
  const { data: me } = useQuery(meQuery())
  const isLive = !isEnded(group)
  const percent = percentOf(snapshots)
  const rows = sumOf(snapshots, 'rows')
  const now = useNow(isLive)
  const ms = Math.max(...snapshots.map((snapshot) => tookMs(snapshot, now)))
  const error = snapshots.find(({ error }) => error !== null)?.error
  useRunTitle('Snapshots together', isLive, percent)
  useEffect(() => {
    if (isLive) return
    for (const key of ['snapshots', 'versions', 'dataset', 'datasets'])
      void client.invalidateQueries({ queryKey: [key] })
  }, [isLive, client])
  const cancel = useMutation({
    // They end together: it is the same which of them is asked.
    mutationFn: () => headgate.snapshots.cancel(snapshots[0]!.id),
    onSuccess: () => client.invalidateQueries({ queryKey: groupQuery(id).queryKey }),
    onError: (thrown: Error) => say(thrown.message, 'bad'),
  })
  const isCancelling = snapshots.some(({ cancelRequested }) => cancelRequested)
  return (
    <>
      <PageHeader
        title={`${plural(snapshots.length, 'datasource')} as of one moment`}
        icon="layers"
        facts={
          <>
            <StateBadge state={state} />
            <code className="quiet">{id}</code>
            <span>
              of{' '}
              <Link to="/sources/$source" params={{ source: connector }}>
                {connector}
              </Link>
            </span>
            <span>by {requestedBy}</span>
            <span>{formatMoment(requested)}</span>
          </>
        }
        actions={
          isLive &&
          me?.roles.includes('editor') && (
            <Button
              variant="danger"
              icon="stop"
              isDisabled={cancel.isPending || isCancelling}
              onPress={() => cancel.mutate()}
            >
              {isCancelling ? 'Cancelling…' : 'Cancel all'}
            </Button>
          )
        }
      />
      <RunProgress label="How much of all is copied" state={state} percent={percent} />
      <Tiles
        of={[
          ['Rows', formatCount(rows)],
          ['Written', formatBytes(sumOf(snapshots, 'bytes'))],
          ['Took', formatDuration(ms)],
          ['Rows a second', rowsASecond(rows, ms)],
        ]}
      />
      {error && <ProblemCard problem={toldProblem('Nothing is published', error)} />}
      <Listing
        heads={['Datasource', 'State', { number: 'Version' }, { number: 'Rows' }, { number: 'Written' }]}
        caption={isLive ? 'They become versions at once, or none does.' : undefined}
      >
        {snapshots.map((snapshot) => (
          <Member key={snapshot.id} snapshot={snapshot} />
        ))}
      </Listing>
    </>
  )
}

function Member({
  snapshot: { id, datasource, state, phase, percent, version, rows, bytes },
}: {
  readonly snapshot: Snapshot
}) {
  return (
    <tr>
      <td>
        <Link to="/datasources/$name" params={{ name: datasource }}>
          {datasource}
        </Link>
      </td>
      <td>
        <Link to="/snapshots/$id" params={{ id }}>
          <StateBadge state={state} />
        </Link>{' '}
        {state === 'running' && (
          <span className="quiet">
            {phase}
            {percent !== null && `, ${Math.round(percent)} %`}
          </span>
        )}
      </td>
      <td className="number">
        {version === null ? (
          '–'
        ) : (
          <Link to="/datasets/$name" params={{ name: datasource }} search={{ version }}>
            {version}
          </Link>
        )}
      </td>
      <td className="number">{formatCount(rows)}</td>
      <td className="number">{formatBytes(bytes)}</td>
    </tr>
  )
}

const sumOf = (snapshots: readonly Snapshot[], of: 'rows' | 'bytes'): number =>
  snapshots.reduce((sum, snapshot) => sum + snapshot[of], 0)

/** The mean of theirs; null while it is not known of one. */
function percentOf(snapshots: readonly Snapshot[]): number | null {
  const known = snapshots.flatMap(({ percent }) => percent ?? [])
  return known.length < snapshots.length ? null : known.reduce((sum, each) => sum + each, 0) / known.length
}
