import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { headgate } from '../api/headgate.ts'
import { toldProblem } from '../api/problem.ts'
import type { Snapshot } from '../api/types.ts'
import { formatBytes, formatCount, formatDuration, formatMoment } from '../lib/format.ts'
import { useNow } from '../lib/use-now.ts'
import { useRunTitle } from '../lib/use-run-title.ts'
import { say } from '../shell/toasts.tsx'
import { Button } from '../ui/button.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Phases } from '../ui/phases.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { type LogLine, RunLog } from '../ui/run-log.tsx'
import { RunProgress, rowsASecond, Tiles, tookMs } from '../ui/run-progress.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Async } from '../ui/states.tsx'
import { UseInCode } from '../ui/use-in-code.tsx'
import { DriftList } from './drift.tsx'
import { type SnapshotEvent, useLiveSnapshot } from './use-live-snapshot.ts'

const route = getRouteApi('/snapshots/$id')

/** One run: how far it is, how fast, what it said, and what became of it. */
export function SnapshotPage() {
  const { id } = route.useParams()
  const { query, events, isLive } = useLiveSnapshot(id)
  useRunTitle('Snapshot', isLive, query.data?.percent ?? null)
  return (
    <div className="page">
      <Async query={query}>{(snapshot) => <Run snapshot={snapshot} events={events} isLive={isLive} />}</Async>
    </div>
  )
}

interface RunProps {
  readonly snapshot: Snapshot
  readonly events: readonly SnapshotEvent[]
  readonly isLive: boolean
}

function Run({ snapshot, events, isLive }: RunProps) {
  const { id, datasource, state, phase, rows, bytes, percent, error, version, drift, group } = snapshot
  const now = useNow(isLive)
  const ms = tookMs(snapshot, now)
  const cancel = useMutation({
    mutationFn: () => headgate.snapshots.cancel(id),
    onError: (thrown: Error) => say(thrown.message, 'bad'),
  })
  return (
    <>
      <PageHeader
        title={`Snapshot of ${datasource}`}
        icon="camera"
        facts={
          <>
            <StateBadge state={state} />
            <code className="quiet">{id}</code>
            {group && (
              <Link to="/groups/$id" params={{ id: group }}>
                of one moment with others
              </Link>
            )}
            <span>by {snapshot.requestedBy}</span>
            <span>{formatMoment(snapshot.requested)}</span>
          </>
        }
        actions={
          <>
            {isLive && (
              <Button
                variant="danger"
                icon="stop"
                isDisabled={cancel.isPending || snapshot.cancelRequested}
                onPress={() => cancel.mutate()}
              >
                {snapshot.cancelRequested ? 'Cancelling…' : 'Cancel'}
              </Button>
            )}
            <Link to="/datasources/$name" params={{ name: datasource }} className="button plain">
              Datasource
            </Link>
            {version !== null && <UseInCode of={{ dataset: datasource, version }} />}
            {version !== null && (
              <Link to="/datasets/$name" params={{ name: datasource }} search={{ version }} className="button primary">
                Open version {version}
              </Link>
            )}
          </>
        }
      />
      <Phases of={phases} phase={phase} state={state} />
      <RunProgress label="How much is copied" state={state} percent={percent} />
      <Tiles
        of={[
          ['Rows', formatCount(rows)],
          ['Written', formatBytes(bytes)],
          ['Took', formatDuration(ms)],
          ['Rows a second', rowsASecond(rows, ms)],
          ['Attempt', String(snapshot.attempt)],
        ]}
      />
      {error && <ProblemCard problem={toldProblem('The snapshot failed', error)} />}
      {drift && drift.length > 0 && (
        <section>
          <h2>What changed in the columns</h2>
          <DriftList changes={drift} />
        </section>
      )}
      <RunLog lines={linesOf(snapshot, events)} record={snapshot} />
    </>
  )
}

const phases = [
  ['queued', 'Queued'],
  ['planning', 'Planning'],
  ['extracting', 'Copying'],
  ['publishing', 'Publishing'],
  ['ended', 'Done'],
] as const

/** The record's own times, and between them what was seen while it ran. */
function linesOf(snapshot: Snapshot, events: readonly SnapshotEvent[]): readonly LogLine[] {
  const { requested, requestedBy, started, ended, state, version, rows, bytes, error } = snapshot
  const seen = events
    .filter(({ snapshot }, i) => i === 0 || snapshot.phase !== events[i - 1]!.snapshot.phase || i % 10 === 0)
    .filter(({ snapshot }) => snapshot.state === 'running')
    .map(({ at, snapshot }) => ({
      at,
      text: `${snapshot.phase}: ${formatCount(snapshot.rows)} rows, ${formatBytes(snapshot.bytes)}`,
    }))
  const end = {
    done: `published as version ${version}: ${formatCount(rows)} rows, ${formatBytes(bytes)}`,
    failed: `failed: ${error?.detail ?? ''}`,
    cancelled: 'cancelled',
    skipped: 'skipped: the source has not changed',
  }
  return [
    { at: Date.parse(requested), text: `asked for by ${requestedBy}` },
    ...(started === null ? [] : [{ at: Date.parse(started), text: 'started' }]),
    ...seen,
    ...(ended === null ? [] : [{ at: Date.parse(ended), text: end[state as keyof typeof end] ?? state }]),
  ]
}
