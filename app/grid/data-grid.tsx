import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import type { Column, Row } from '../api/types.ts'
import { CellText, isNumeric } from './cell-text.tsx'
import { columnWidth } from './column-width.ts'
import { moveBy, type Place } from './move.ts'

export const rowHeight = 29

export interface DataGridProps {
  readonly label: string
  readonly columns: readonly Column[]
  /** Rows known of; there may be more while it is not complete. */
  readonly count: number
  readonly isComplete: boolean
  /** How many there are in all, where that is known. */
  readonly total?: number | undefined
  readonly rowAt: (index: number) => Row | undefined
  /** Rows [begin, end) are on screen. */
  readonly onShown: (begin: number, end: number) => void
  /** Enter or a double click on a cell. */
  readonly onOpen: (place: Place) => void
  /** Enter on a head; the head itself may hold more. */
  readonly onHead: (column: number, head: HTMLElement) => void
  readonly renderHead: (column: Column, index: number) => ReactNode
  readonly headHeight: number
  readonly sortOf: (column: string) => 'ascending' | 'descending' | undefined
  readonly openRow?: number | undefined
}

/**
 * A grid as the ARIA practices describe it, of any number of rows and columns: only what is on screen is in the
 * document, one cell at a time can be tabbed to, and arrows, Page Up and Down, Home and End move among all of them.
 */
export function DataGrid(props: DataGridProps) {
  const { label, columns, count, isComplete, total, rowAt, onShown, onOpen, onHead, renderHead, headHeight } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<Place>({ row: -1, column: 0 })
  // the place itself: an effect of an earlier render may run after the key, and knows another one
  const wanted = useRef<Place>(undefined)
  const widths = useRef(new Map<string, number>())
  const rows = useVirtualizer({
    count: count + (isComplete ? 0 : 1),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: headHeight,
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) =>
      withActive(Math.max(0, startIndex - overscan), Math.min(count - 1, endIndex + overscan), active.row),
  })
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => widthOf(widths.current, columns[i]!, i, rowAt),
    overscan: 2,
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) =>
      withActive(Math.max(0, startIndex - overscan), Math.min(count - 1, endIndex + overscan), active.column),
  })
  const shownRows = rows.getVirtualItems()
  const shownColumns = across.getVirtualItems()
  const range = rows.range
  useEffect(() => {
    if (range) onShown(range.startIndex, range.endIndex + 1)
  }, [range, onShown])
  // biome-ignore lint/correctness/useExhaustiveDependencies: widths are of the columns and of the first rows
  useEffect(() => {
    widths.current.clear()
    across.measure()
  }, [columns, count > 0])
  useEffect(() => {
    if (wanted.current === undefined) return
    const { row, column } = wanted.current
    const cell = scroller.current?.querySelector<HTMLElement>(`[data-at="${row}:${column}"]`)
    if (!cell) return
    wanted.current = undefined
    cell.focus({ preventScroll: true })
  })
  const go = (to: Place) => {
    wanted.current = to
    setActive(to)
    if (to.row >= 0) rows.scrollToIndex(to.row)
    across.scrollToIndex(to.column)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement
    if (target.dataset.at === undefined) return
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      if (active.row < 0) onHead(active.column, target)
      else onOpen(active)
      return
    }
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 400) - headHeight) / rowHeight) - 1)
    const to = moveBy(event, active, { rows: count, columns: columns.length, page })
    if (to === undefined) return
    event.preventDefault()
    go(to)
  }
  const cellProps = (row: number, column: number) => ({
    'data-at': `${row}:${column}`,
    'aria-colindex': column + 1,
    tabIndex: active.row === row && active.column === column ? 0 : -1,
    onFocus: () => {
      if (active.row !== row || active.column !== column) setActive({ row, column })
    },
  })
  const known = isComplete ? count : total
  return (
    <div
      className="grid"
      role="grid"
      aria-label={label}
      aria-rowcount={known === undefined ? -1 : known + 1}
      aria-colcount={columns.length}
      aria-busy={!isComplete && count === 0}
      ref={scroller}
      onKeyDown={onKeyDown}
    >
      <div
        className="grid-head"
        role="row"
        aria-rowindex={1}
        style={{ height: headHeight, width: across.getTotalSize() }}
      >
        {shownColumns.map(({ index, start, size }) => {
          const column = columns[index]!
          const sort = props.sortOf(column.name)
          return (
            <div
              key={index}
              role="columnheader"
              className="head-cell"
              aria-sort={sort ?? 'none'}
              style={{ transform: `translateX(${start}px)`, width: size }}
              {...cellProps(-1, index)}
            >
              {renderHead(column, index)}
            </div>
          )
        })}
      </div>
      <div className="grid-body" role="rowgroup" style={{ height: rows.getTotalSize(), width: across.getTotalSize() }}>
        {shownRows.map(({ index, start }) => {
          const row = rowAt(index)
          return (
            <div
              key={index}
              role="row"
              aria-rowindex={index + 2}
              className={index === props.openRow ? 'grid-row open' : 'grid-row'}
              style={{ transform: `translateY(${start}px)`, height: rowHeight }}
            >
              {shownColumns.map(({ index: column, start, size }) => (
                <div
                  key={column}
                  role="gridcell"
                  className={isNumeric(columns[column]!.type) ? 'cell number' : 'cell'}
                  style={{ transform: `translateX(${start}px)`, width: size }}
                  onClick={() => row && onOpen({ row: index, column })}
                  {...cellProps(index, column)}
                >
                  {row === undefined ? <span className="skeleton" /> : <CellText value={row[column]} />}
                </div>
              ))}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** From `first` to `last`, and the active one wherever it is, so that the focus is not lost by scrolling. */
function withActive(first: number, last: number, active: number): number[] {
  const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
  if (active < 0 || (active >= first && active <= last)) return shown
  return active < first ? [active, ...shown] : [...shown, active]
}

function widthOf(
  known: Map<string, number>,
  column: Column,
  index: number,
  rowAt: (index: number) => Row | undefined,
): number {
  const key = `${index}:${column.name}`
  const width = known.get(key) ?? columnWidth(column, index, rowAt)
  known.set(key, width)
  return width
}
