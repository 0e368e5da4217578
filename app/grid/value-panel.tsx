import { useEffect, useRef } from 'react'
import type { Column, Row } from '../api/types.ts'
import { copyText } from '../lib/copy-text.ts'
import { formatCount } from '../lib/format.ts'
import type { Condition, Operand } from '../sources/table-view.ts'
import { Button } from '../ui/button.tsx'
import { textOf } from './cell-text.tsx'
import type { Place } from './move.ts'

export interface ValuePanelProps {
  readonly columns: readonly Column[]
  readonly row: Row
  readonly place: Place
  readonly onPlace: (place: Place) => void
  readonly onClose: () => void
  readonly onFilter: ((where: readonly Condition[]) => void) | undefined
}

/** One value in full, and below it the others of its row. */
export function ValuePanel({ columns, row, place, onPlace, onClose, onFilter }: ValuePanelProps) {
  const column = columns[place.column]!
  const value = row[place.column]
  const back = useRef<Element | null>(null)
  useEffect(() => {
    back.current = document.activeElement
  }, [])
  const close = () => {
    onClose()
    if (back.current instanceof HTMLElement) back.current.focus()
  }
  return (
    <aside
      className="value-panel"
      aria-label={`Value of ${column.name}`}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <header>
        <div>
          <h2>{column.name}</h2>
          <span className="quiet small">
            row {formatCount(place.row + 1)} · {column.type}
            {column.nativeType !== column.type && ` · ${column.nativeType} at the source`}
          </span>
        </div>
        <Button variant="ghost" icon="close" label="Close the panel" onPress={close} />
      </header>
      <FullValue value={value} type={column.type} />
      <div className="row-actions">
        <Button icon="copy" isSmall onPress={() => void copyText(value === null ? '' : textOf(value), 'The value')}>
          Copy
        </Button>
        {onFilter && isOperand(value) && textOf(value).length <= 1000 && (
          <Button
            icon="filter"
            isSmall
            onPress={() =>
              onFilter([value === null ? [column.name, 'is-null'] : [column.name, 'eq', value as Operand]])
            }
          >
            Only rows like this
          </Button>
        )}
      </div>
      <h3>The row</h3>
      <dl className="record">
        {columns.map(({ name }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name
          <div key={i} className={i === place.column ? 'here' : ''}>
            <dt>
              <button type="button" onClick={() => onPlace({ row: place.row, column: i })}>
                {name}
              </button>
            </dt>
            <dd className={row[i] === null ? 'null' : ''}>{textOf(row[i]).slice(0, 200)}</dd>
          </div>
        ))}
      </dl>
    </aside>
  )
}

const isOperand = (value: unknown): boolean => value === null || typeof value !== 'object'

function FullValue({ value, type }: { readonly value: unknown; readonly type: string }) {
  if (value === null || value === undefined) return <p className="null">NULL: there is no value.</p>
  if (value === '') return <p className="empty-value">An empty text.</p>
  return (
    <pre className="full-value" tabIndex={0} role="region" aria-label="The value in full">
      {pretty(value, type)}
    </pre>
  )
}

/** JSON set out over lines where that changes nothing but blanks. */
function pretty(value: unknown, type: string): string {
  if (typeof value === 'object') return JSON.stringify(value, null, 2)
  const text = textOf(value)
  if (type !== 'json') return text
  try {
    const parsed: unknown = JSON.parse(text)
    const compact = JSON.stringify(parsed)
    // Numbers beyond 2^53 and names given twice do not survive: then the text stays as it came.
    return compact === text.replace(/(?<=[,:])\s+(?=["\d[{tfn-])/g, '') ? JSON.stringify(parsed, null, 2) : text
  } catch {
    return text
  }
}
