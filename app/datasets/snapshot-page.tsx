import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { headgate } from '../api/headgate.ts'
import type { Snapshot } from '../api/types.ts'
import { copyText } from '../lib/copy-text.ts'
import { formatBytes, formatCount, formatDuration, formatMoment } from '../lib/format.ts'
import { say } from '../shell/toasts.tsx'
import { Button } from '../ui/button.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Async } from '../ui/states.tsx'
import { UseInCode } from '../ui/use-in-code.tsx'
import { DriftList } from './drift.tsx'
import { Phases } from './phases.tsx'
import { StateBadge } from './state-badge.tsx'
import { type SnapshotEvent, useLiveSnapshot } from './use-live-snapshot.ts'

const route = getRouteApi('/snapshots/$id')

/** One run: how far it is, how fast, what it said, and what became of it. */
export function SnapshotPage() {
  const { id } = route.useParams()
  const { query, events, isLive } = useLiveSnapshot(id)
  const percent = query.data?.percent
  useEffect(() => {
    document.title =
      isLive && typeof percent === 'number' ? `${Math.round(percent)} % · Headgate` : 'Snapshot · Headgate'
    return () => {
      document.title = 'Headgate'
    }
  }, [isLive, percent])
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
  const { id, datasource, state, rows, bytes, percent, error, version, drift, started, ended } = snapshot
  const now = useNow(isLive)
  const ms = started === null ? 0 : Math.max(0, (ended === null ? now : Date.parse(ended)) - Date.parse(started))
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
      <Phases snapshot={snapshot} />
      <div className="progress-row">
        <progress
          className="progress"
          max={100}
          aria-label="How much is copied"
          {...(state === 'done' ? { value: 100 } : percent !== null ? { value: percent } : isLive ? {} : { value: 0 })}
        />
        <span className="number">{percent === null ? '' : `${Math.round(percent)} %`}</span>
      </div>
      <dl className="tiles">
        <Tile name="Rows" value={formatCount(rows)} />
        <Tile name="Written" value={formatBytes(bytes)} />
        <Tile name="Took" value={formatDuration(ms)} />
        <Tile name="Rows a second" value={ms > 0 ? formatCount(Math.round((rows / ms) * 1000)) : '–'} />
        <Tile name="Attempt" value={String(snapshot.attempt)} />
      </dl>
      {error && (
        <ProblemCard
          problem={{
            ...error,
            status: 1,
            title: 'The snapshot failed',
            requestId: null,
            errors: [],
          }}
        />
      )}
      {drift && drift.length > 0 && (
        <section>
          <h2>What changed in the columns</h2>
          <DriftList changes={drift} />
        </section>
      )}
      <section>
        <div className="row-actions">
          <h2>What happened</h2>
          <Button
            variant="ghost"
            icon="copy"
            isSmall
            onPress={() => void copyText(JSON.stringify(snapshot, null, 2), 'The record')}
          >
            Copy the record
          </Button>
        </div>
        <ol className="log" aria-label="What happened">
          {linesOf(snapshot, events).map(({ at, text }) => (
            <li key={`${at} ${text}`}>
              <time className="quiet">{clock.format(new Date(at))}</time> {text}
            </li>
          ))}
        </ol>
      </section>
    </>
  )
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

interface Line {
  readonly at: number
  readonly text: string
}

/** The record's own times, and between them what was seen while it ran. */
function linesOf(snapshot: Snapshot, events: readonly SnapshotEvent[]): readonly Line[] {
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

function Tile({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className="tile">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isTicking) return
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [isTicking])
  return now
}
