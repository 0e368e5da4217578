import { formatCount, formatDuration } from '../lib/format.ts'

export interface RunProgressProps {
  /** Read out: `How much is copied`. */
  readonly label: string
  readonly state: 'pending' | 'running' | 'done' | 'failed' | 'cancelled' | 'skipped'
  /** 0 to 100; null where nobody knows. */
  readonly percent: number | null
}

/** How far a run is, as a bar. */
export function RunProgress({ label, state, percent }: RunProgressProps) {
  const isLive = state === 'pending' || state === 'running'
  const value = state === 'done' ? 100 : (percent ?? (isLive ? undefined : 0))
  return (
    <div className="progress-row">
      <progress className="progress" max={100} aria-label={label} {...(value !== undefined && { value })} />
      <span className="number">{percent === null ? '' : `${Math.round(percent)} %`}</span>
    </div>
  )
}

/** Figures with what they are of. */
export function Tiles({ of }: { readonly of: readonly (readonly [name: string, value: string])[] }) {
  return (
    <dl className="tiles">
      {of.map(([name, value]) => (
        <div key={name} className="tile">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface Timed {
  readonly started: string | null
  readonly ended: string | null
}

/** Milliseconds that a run took, or has taken until now. */
export const tookMs = ({ started, ended }: Timed, now: number): number =>
  started === null ? 0 : Math.max(0, (ended === null ? now : Date.parse(ended)) - Date.parse(started))

/** What a run took, where it has ended. */
export const took = (run: Timed): string =>
  run.started === null || run.ended === null ? '–' : formatDuration(tookMs(run, 0))

export const rowsASecond = (rows: number, ms: number): string =>
  ms > 0 ? formatCount(Math.round((rows / ms) * 1000)) : '–'
