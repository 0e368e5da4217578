import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { isEnded } from '../../clients/typescript/resources/snapshots.ts'
import { exportQuery, exportsQuery, meQuery } from '../api/queries.ts'
import type { Export } from '../api/types.ts'
import { formatAgo, formatBytes, formatCount } from '../lib/format.ts'
import { Deeds, deeds, flat, Listed } from '../ui/listing.tsx'
import { took } from '../ui/run-progress.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Empty } from '../ui/states.tsx'
import { CancelExport } from './cancel-export.tsx'

/** The exports of an exporter, the newest first; those under way are told as they go. */
export function ExportList({ exporter }: { readonly exporter: string }) {
  const query = useInfiniteQuery(exportsQuery(exporter))
  return (
    <Listed
      query={flat(query)}
      pages={query}
      empty={
        <Empty icon="send" title="Nothing was written yet" cli={`headgate exporters run ${exporter} prices`}>
          Each export writes one version of a dataset, whole or not at all.
        </Empty>
      }
      heads={['Export', 'Dataset', 'State', { number: 'Rows' }, { number: 'Written' }, { number: 'Took' }, deeds]}
      row={(record) =>
        isEnded(record) ? <ExportRow key={record.id} record={record} /> : <LiveExport key={record.id} listed={record} />
      }
    />
  )
}

function LiveExport({ listed }: { readonly listed: Export }) {
  const { data } = useQuery(exportQuery(listed.id))
  return <ExportRow record={data ?? listed} />
}

function ExportRow({ record }: { readonly record: Export }) {
  const { id, dataset, version, target, state, rows, bytes, percent, requested, requestedBy, error, to } = record
  const { data: me } = useQuery(meQuery())
  return (
    <tr>
      <td>
        <Link to="/exports/$id" params={{ id }}>
          {formatAgo(requested)}
        </Link>{' '}
        <span className="quiet">by {requestedBy}</span>
      </td>
      <td>
        <Link to="/datasets/$name" params={{ name: dataset }} search={{ version }}>
          {dataset}
        </Link>{' '}
        <span className="quiet">
          {version} to <code>{target}</code>
        </span>
      </td>
      <td>
        <StateBadge state={state} />{' '}
        {state === 'running' && percent !== null && <span className="number">{Math.round(percent)} %</span>}
        {error && <span className="quiet small"> {error.detail}</span>}
      </td>
      <td className="number">{formatCount(rows)}</td>
      <td className="number">{to === 'files' ? formatBytes(bytes) : '–'}</td>
      <td className="number">{took(record)}</td>
      <Deeds>{me?.roles.includes('editor') && !isEnded(record) && <CancelExport record={record} isSmall />}</Deeds>
    </tr>
  )
}
