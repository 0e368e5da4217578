import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { isEnded } from '../../clients/typescript/resources/snapshots.ts'
import { toldProblem } from '../api/problem.ts'
import { exportQuery, meQuery } from '../api/queries.ts'
import type { Export } from '../api/types.ts'
import { formatBytes, formatCount, formatDuration, formatMoment } from '../lib/format.ts'
import { useNow } from '../lib/use-now.ts'
import { useRunTitle } from '../lib/use-run-title.ts'
import { PageHeader } from '../ui/page-header.tsx'
import { Phases } from '../ui/phases.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { RunLog } from '../ui/run-log.tsx'
import { RunProgress, rowsASecond, Tiles, tookMs } from '../ui/run-progress.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Async } from '../ui/states.tsx'
import { CancelExport } from './cancel-export.tsx'

const route = getRouteApi('/exports/$id')

const phases = [
  ['queued', 'Queued'],
  ['opening', 'Opening'],
  ['writing', 'Writing'],
  ['showing', 'Showing'],
  ['ended', 'Done'],
] as const

/** One writing of a version: how far it is, what it said, and what became of it. */
export function ExportPage() {
  const { id } = route.useParams()
  return (
    <div className="page">
      <Async query={useQuery(exportQuery(id))}>{(record) => <Run record={record} />}</Async>
    </div>
  )
}

function Run({ record }: { readonly record: Export }) {
  const { exporter, connector, dataset, version, target, to, mode, format, state, phase, rows, bytes, percent } = record
  const { data: me } = useQuery(meQuery())
  const isLive = !isEnded(record)
  const ms = tookMs(record, useNow(isLive))
  useRunTitle('Export', isLive, percent)
  return (
    <>
      <PageHeader
        title={`Export of ${dataset}, version ${version}`}
        icon="send"
        facts={
          <>
            <StateBadge state={state} />
            <span>
              to {to === 'files' ? 'file' : 'table'} <code>{target}</code> of{' '}
              <Link to="/sources/$source" params={{ source: connector }}>
                {connector}
              </Link>
            </span>
            <span>
              {mode}
              {format && `, ${format}`}
            </span>
            <span>by {record.requestedBy}</span>
            <span>{formatMoment(record.requested)}</span>
          </>
        }
        actions={
          <>
            {isLive && me?.roles.includes('editor') && <CancelExport record={record} />}
            <Link to="/datasets/$name" params={{ name: dataset }} search={{ version }} className="button plain">
              Dataset
            </Link>
            <Link to="/exporters/$name" params={{ name: exporter }} className="button primary">
              Exporter
            </Link>
          </>
        }
      />
      <Phases of={phases} phase={phase} state={state} />
      <RunProgress label="How much is written" state={state} percent={percent} />
      <Tiles
        of={[
          ['Rows', formatCount(rows)],
          ...(to === 'files' ? [['Written', formatBytes(bytes)] as const] : []),
          ['Took', formatDuration(ms)],
          ['Rows a second', rowsASecond(rows, ms)],
          ['Attempt', String(record.attempt)],
        ]}
      />
      {record.error && <ProblemCard problem={toldProblem('The export failed', record.error)} />}
      <RunLog lines={record.log.map(({ at, message }) => ({ at: Date.parse(at), text: message }))} record={record} />
    </>
  )
}
