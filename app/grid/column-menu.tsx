import { useRef } from 'react'
import { Header, Menu, MenuItem, MenuSection, Popover, Separator } from 'react-aria-components'
import type { Column } from '../api/types.ts'
import { copyText } from '../lib/copy-text.ts'
import { formatCount } from '../lib/format.ts'
import type { Condition, TableView } from '../sources/table-view.ts'
import { Icon } from '../ui/icon.tsx'
import type { ColumnStats } from './column-stats.ts'

export interface ColumnMenuProps {
  readonly column: Column
  readonly head: HTMLElement
  readonly stats: ColumnStats | undefined
  readonly view: TableView
  readonly columns: readonly Column[]
  readonly canSort: boolean
  readonly onView: ((view: TableView) => void) | undefined
  readonly onFilter: ((where: readonly Condition[]) => void) | undefined
  readonly onClose: () => void
}

/** What can be done with a column: order by it, keep only some of its values, leave it out. */
export function ColumnMenu(props: ColumnMenuProps) {
  const { column, head, stats, view, columns, canSort, onView, onFilter, onClose } = props
  const { name } = column
  const trigger = useRef(head)
  trigger.current = head
  const bars = (stats?.bars ?? []).filter(({ count }) => count > 0)
  const act = (key: string) => {
    if (key.startsWith('bar:')) onFilter?.(bars[Number(key.slice(4))]!.where)
    else if (key === 'ascending') onView?.({ ...view, order: [name] })
    else if (key === 'descending') onView?.({ ...view, order: [`-${name}`] })
    else if (key === 'unsorted') onView?.(without(view, 'order'))
    else if (key === 'null') onFilter?.([[name, 'is-null']])
    else if (key === 'not-null') onFilter?.([[name, 'is-not-null']])
    else if (key === 'hide') onView?.({ ...view, select: columns.map((c) => c.name).filter((other) => other !== name) })
    else if (key === 'copy') void copyText(name, 'The name')
    onClose()
    head.focus()
  }
  return (
    <Popover
      className="popover"
      triggerRef={trigger}
      aria-label={`Column ${name}`}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      placement="bottom start"
    >
      <Menu className="menu" aria-label={`Column ${name}`} onAction={(key) => act(String(key))} autoFocus="first">
        {onView && canSort && (
          <MenuSection aria-label="Order">
            <MenuItem id="ascending" className="menu-item">
              <Icon name="up" />
              Sort ascending
            </MenuItem>
            <MenuItem id="descending" className="menu-item">
              <Icon name="down" />
              Sort descending
            </MenuItem>
            {view.order && (
              <MenuItem id="unsorted" className="menu-item">
                <Icon name="close" />
                Do not sort
              </MenuItem>
            )}
          </MenuSection>
        )}
        {onFilter && (
          <MenuSection>
            <Header className="menu-header">Only rows with{stats?.isSample && ' (of the first rows)'}</Header>
            {bars.map(({ label, count }, i) => (
              <MenuItem key={label} id={`bar:${i}`} className="menu-item" textValue={label}>
                <span className="menu-value">{label}</span>
                <span className="push quiet">{formatCount(count)}</span>
              </MenuItem>
            ))}
            <MenuItem id="null" className="menu-item">
              <span className="menu-value">NULL</span>
              {stats && <span className="push quiet">{formatCount(stats.nulls)}</span>}
            </MenuItem>
            <MenuItem id="not-null" className="menu-item">
              any value but NULL
            </MenuItem>
          </MenuSection>
        )}
        <Separator className="separator" />
        <MenuSection aria-label="Column">
          {onView && columns.length > 1 && (
            <MenuItem id="hide" className="menu-item">
              <Icon name="columns" />
              Hide
            </MenuItem>
          )}
          <MenuItem id="copy" className="menu-item">
            <Icon name="copy" />
            Copy the name
          </MenuItem>
        </MenuSection>
      </Menu>
    </Popover>
  )
}

export function without<K extends keyof TableView>(view: TableView, key: K): TableView {
  const { [key]: _gone, ...rest } = view
  return rest
}
