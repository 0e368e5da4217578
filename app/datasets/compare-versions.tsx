import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { diffQuery } from '../api/queries.ts'
import type { Version } from '../api/types.ts'
import { formatBytes, formatCount, formatMoment } from '../lib/format.ts'
import { Choice } from '../ui/choice.tsx'
import { Async, Empty } from '../ui/states.tsx'
import { DriftList } from './drift.tsx'

export interface CompareVersionsProps {
  readonly name: string
  readonly versions: readonly Version[]
  readonly shown: number
}

/** Two versions side by side: their figures, and what makes the columns of one into those of the other. */
export function CompareVersions({ name, versions, shown }: CompareVersionsProps) {
  const before = versions.find(({ version }) => version < shown)?.version
  const [from, setFrom] = useState(before ?? shown)
  const [to, setTo] = useState(shown)
  const diff = useQuery({ ...diffQuery(name, to, from), enabled: from !== to })
  const options = versions.map(({ version, published }): [string, string] => [
    String(version),
    `Version ${version} · ${formatMoment(published)}`,
  ])
  const [a, b] = [from, to].map((number) => versions.find(({ version }) => version === number))
  if (versions.length < 2) return <Empty icon="compare" title="There is one version, and none to compare it with" />
  return (
    <div className="stack">
      <div className="field-row">
        <Choice label="From" value={String(from)} options={options} onChange={(text) => setFrom(Number(text))} />
        <Choice label="To" value={String(to)} options={options} onChange={(text) => setTo(Number(text))} />
      </div>
      {a && b && (
        <dl className="tiles">
          <Difference name="Rows" from={formatCount(a.rows)} to={formatCount(b.rows)} />
          <Difference name="Size" from={formatBytes(a.bytes)} to={formatBytes(b.bytes)} />
        </dl>
      )}
      {from !== to && (
        <Async query={diff} rows={3}>
          {({ same, changes }) =>
            same ? <p className="notice">The columns are the same.</p> : <DriftList changes={changes} />
          }
        </Async>
      )}
    </div>
  )
}

function Difference({ name, from, to }: { readonly name: string; readonly from: string; readonly to: string }) {
  return (
    <div className="tile">
      <dt>{name}</dt>
      <dd>
        {from} → {to}
      </dd>
    </div>
  )
}
