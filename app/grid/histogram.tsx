import { formatCount } from '../lib/format.ts'
import type { Condition } from '../sources/table-view.ts'
import type { Bar, ColumnStats } from './column-stats.ts'

export interface HistogramProps {
  readonly column: string
  readonly stats: ColumnStats | undefined
  /** Absent where the rows cannot be filtered. */
  readonly onFilter?: ((where: readonly Condition[]) => void) | undefined
}

/** How the values are spread, of all rows or of the first ones. Clicking a bar filters; the menu of the column does the same by keyboard. */
export function Histogram({ column, stats, onFilter }: HistogramProps) {
  if (stats === undefined) return <div className="histogram" />
  const { bars, nulls, sampled, isSample, others, shape } = stats
  const counted = isSample ? 'of the first rows' : 'rows'
  const highest = Math.max(1, ...bars.map(({ count }) => count))
  const share = sampled === 0 ? 0 : nulls / sampled
  const isRanges = shape === 'ranges'
  return (
    <div className="histogram">
      <div className={isRanges ? 'bars ranges' : 'bars values'}>
        {bars.map((bar) => (
          <BarButton
            key={bar.label}
            bar={bar}
            column={column}
            size={isRanges ? bar.count / highest : bar.count / Math.max(1, sampled - nulls)}
            isRange={isRanges}
            counted={counted}
            onFilter={onFilter}
          />
        ))}
        {shape === 'values' && others > 0 && (
          <span className="bar rest" style={{ flexGrow: others }} title={`${formatCount(others)} of other values`} />
        )}
        {shape === 'many' && <span className="many">{summary(stats)}</span>}
      </div>
      <div className="null-line">
        <button
          type="button"
          tabIndex={-1}
          className={nulls > 0 ? 'null-share some' : 'null-share'}
          title={`${formatCount(nulls)} of ${isSample ? 'the first ' : ''}${formatCount(sampled)} rows are NULL`}
          disabled={!onFilter || nulls === 0}
          onClick={(event) => {
            event.stopPropagation()
            onFilter?.([[column, 'is-null']])
          }}
        >
          {percent(share)} null
        </button>
        {isSample && <span className="sample-note">first {formatCount(sampled)}</span>}
      </div>
    </div>
  )
}

interface BarButtonProps {
  readonly bar: Bar
  readonly column: string
  readonly size: number
  readonly isRange: boolean
  /** What the count is of. */
  readonly counted: string
  readonly onFilter: HistogramProps['onFilter']
}

function BarButton({ bar, column, size, isRange, counted, onFilter }: BarButtonProps) {
  const said = `${column}: ${bar.label} (${formatCount(bar.count)} ${counted})`
  return (
    <button
      type="button"
      tabIndex={-1}
      className="bar"
      title={said}
      aria-label={`Filter ${said}`}
      disabled={!onFilter}
      style={isRange ? {} : { flexGrow: bar.count }}
      onClick={(event) => {
        event.stopPropagation()
        onFilter?.(bar.where)
      }}
    >
      {isRange ? (
        <span className="bar-fill" style={{ height: `${Math.max(bar.count > 0 ? 6 : 0, size * 100)}%` }} />
      ) : (
        <span className="bar-label">{size > 0.2 ? bar.label : ''}</span>
      )}
    </button>
  )
}

const summary = ({ distinct, sampled }: ColumnStats): string =>
  sampled === 0
    ? ''
    : distinct === undefined
      ? 'many values'
      : distinct === sampled
        ? 'all different'
        : `${formatCount(distinct)} values`

function percent(share: number): string {
  if (share === 0) return '0%'
  return share < 0.01 ? '<1%' : `${Math.round(share * 100)}%`
}
