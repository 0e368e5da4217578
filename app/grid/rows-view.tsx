import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { asProblem } from '../api/problem.ts'
import type { Column, Statistics } from '../api/types.ts'
import { formatCount, plural } from '../lib/format.ts'
import type { Condition, TableView } from '../sources/table-view.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Loading } from '../ui/states.tsx'
import { ColumnMenu } from './column-menu.tsx'
import { type ColumnStats, columnStats } from './column-stats.ts'
import { countedStats } from './counted-stats.ts'
import { DataGrid } from './data-grid.tsx'
import { FilterBar } from './filter-bar.tsx'
import { Histogram } from './histogram.tsx'
import type { Place } from './move.ts'
import { type ReadPage, RowPages, type RowsState } from './row-pages.ts'
import { ValuePanel } from './value-panel.tsx'

/** Rows that the statistics above the columns are of. */
const sampleRows = 1000

export interface RowsViewProps {
  readonly label: string
  /** Reads what `view` shows; a new function is other rows. */
  readonly read: ReadPage
  readonly view: TableView
  /** Absent where rows can be neither filtered nor sorted. */
  readonly onView?: ((view: TableView) => void) | undefined
  readonly canSort?: boolean
  /** Every column there is, for choosing among them. */
  readonly allColumns?: readonly Column[] | undefined
  readonly total?: number | undefined
  /** What was counted over all these rows, where it was; else the first of them are counted here. */
  readonly counted?: Statistics | undefined
  /** What can be done about charts that are of the first rows alone. */
  readonly onCount?: (() => void) | undefined
}

/** Rows with what is said of their columns, filters and order above, and the value in full beside. */
export function RowsView(props: RowsViewProps) {
  const { label, read, view, onView, canSort = true, allColumns, total, counted, onCount } = props
  const pages = useMemo(() => new RowPages(read), [read])
  const state = useSyncExternalStore(pages.subscribe, pages.state)
  const stats = useStats(pages, state, counted)
  const [open, setOpen] = useState<Place>()
  const [menu, setMenu] = useState<{ readonly column: number; readonly head: HTMLElement }>()
  useEffect(() => {
    pages.start()
    return () => pages.stop()
  }, [pages])
  // biome-ignore lint/correctness/useExhaustiveDependencies: of other rows, another value would be open
  useEffect(() => setOpen(undefined), [pages])
  const onShown = useCallback((begin: number, end: number) => pages.need(begin, end), [pages])
  const { columns, count, isComplete, isLoading, failure } = state
  const filter = onView
    ? (conditions: readonly Condition[]) =>
        conditions.length > 0 && onView({ ...view, where: merged(view.where ?? [], conditions) })
    : undefined
  const sortOf = (column: string) =>
    view.order?.includes(column) ? 'ascending' : view.order?.includes(`-${column}`) ? 'descending' : undefined
  const head = (column: Column, index: number) => (
    <ColumnHead
      column={column}
      sort={sortOf(column.name)}
      stats={stats?.[index]}
      onFilter={filter}
      onMenu={(element) => setMenu({ column: index, head: element })}
    />
  )
  const row = open && pages.rowAt(open.row)
  return (
    <div className="rows-view">
      <FilterBar
        columns={allColumns ?? columns ?? []}
        view={view}
        onView={onView}
        status={
          <Status
            count={count}
            total={total}
            isComplete={isComplete}
            isLoading={isLoading}
            isSample={stats?.some(({ isSample }) => isSample)}
            onCount={onCount}
          />
        }
      />
      {failure !== undefined && <ProblemCard problem={asProblem(failure)} onRetry={() => pages.retry()} />}
      {columns === undefined && failure === undefined && <Loading rows={14} label={`Reading ${label}`} />}
      {columns !== undefined && (
        <div className={open ? 'grid-and-panel with-panel' : 'grid-and-panel'}>
          <div className="grid-frame">
            <DataGrid
              label={label}
              columns={columns}
              count={count}
              isComplete={isComplete}
              total={total}
              rowAt={(index) => pages.rowAt(index)}
              onShown={onShown}
              onOpen={setOpen}
              onHead={(column, element) => setMenu({ column, head: element })}
              renderHead={head}
              headHeight={104}
              sortOf={sortOf}
              openRow={open?.row}
            />
            {isComplete && count === 0 && <p className="grid-note">No row is like that.</p>}
          </div>
          {open && row && (
            <ValuePanel
              columns={columns}
              row={row}
              place={open}
              onPlace={setOpen}
              onClose={() => setOpen(undefined)}
              onFilter={filter}
            />
          )}
        </div>
      )}
      {menu && columns && (
        <ColumnMenu
          column={columns[menu.column]!}
          head={menu.head}
          stats={stats?.[menu.column]}
          view={view}
          columns={columns}
          canSort={canSort}
          onView={onView}
          onFilter={filter}
          onClose={() => setMenu(undefined)}
        />
      )}
    </div>
  )
}

interface ColumnHeadProps {
  readonly column: Column
  readonly sort: 'ascending' | 'descending' | undefined
  readonly stats: ColumnStats | undefined
  readonly onFilter: ((where: readonly Condition[]) => void) | undefined
  readonly onMenu: (head: HTMLElement) => void
}

function ColumnHead({ column, sort, stats, onFilter, onMenu }: ColumnHeadProps) {
  const { name, type, nativeType, nullable } = column
  return (
    <>
      <button
        type="button"
        tabIndex={-1}
        className="head-name"
        title={`${name}${nullable ? '' : ' (never NULL)'}`}
        onClick={(event) => onMenu(event.currentTarget.closest<HTMLElement>('[role=columnheader]')!)}
      >
        <span className="head-text">{name}</span>
        {sort && <Icon name={sort === 'ascending' ? 'up' : 'down'} size={12} />}
      </button>
      <span
        className="head-types"
        title={nativeType === type ? type : `${nativeType} at the source, carried as ${type}`}
      >
        {nativeType !== type && <span className="native">{nativeType}</span>}
        <span className="carried">{type}</span>
      </span>
      <Histogram column={name} stats={stats} onFilter={onFilter} />
    </>
  )
}

/** Statistics by the place of the column: of all rows where they were counted, or else of those that came first. */
function useStats(pages: RowPages, { count, columns, isComplete }: RowsState, counted: Statistics | undefined) {
  const sampled = Math.min(sampleRows, count)
  const isSample = !isComplete || count > sampled
  return useMemo(() => {
    if (columns === undefined) return undefined
    const rows = Array.from({ length: sampled }, (_, i) => pages.rowAt(i)).filter((row) => row !== undefined)
    const exact = new Map(counted?.columns.map((each) => [each.name, each]))
    return columns.map((column, i): ColumnStats => {
      const known = exact.get(column.name)
      return counted && known ? countedStats(counted.rows, known) : columnStats(column, i, rows, isSample)
    })
    // Rows that are forgotten later were there when they were counted: what was made of them stays.
  }, [pages, sampled, columns, isSample, counted])
}

function merged(before: readonly Condition[], added: readonly Condition[]): readonly Condition[] {
  const keys = new Set(added.map((condition) => JSON.stringify(condition)))
  return [...before.filter((condition) => !keys.has(JSON.stringify(condition))), ...added]
}

interface StatusProps {
  readonly count: number
  readonly total: number | undefined
  readonly isComplete: boolean
  readonly isLoading: boolean
  /** Undefined while nothing is counted. */
  readonly isSample: boolean | undefined
  readonly onCount: (() => void) | undefined
}

function Status({ count, total, isComplete, isLoading, isSample, onCount }: StatusProps) {
  const known = isComplete
    ? plural(count, 'row')
    : `${formatCount(count)} rows so far${total ? ` of ${formatCount(total)}` : ''}`
  return (
    <span className="status" role="status">
      {isLoading && count === 0 ? 'Reading…' : known}
      {isSample !== undefined && (
        <span className="quiet">
          {' '}
          · charts: {isSample ? `of the first ${formatCount(Math.min(sampleRows, count))} rows` : 'of all rows'}
        </span>
      )}
      {isSample && onCount && (
        <Button isSmall variant="ghost" onPress={onCount}>
          Count all
        </Button>
      )}
    </span>
  )
}
