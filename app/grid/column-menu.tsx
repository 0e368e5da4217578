import { useRef } from 'react'
import { Header, Menu, MenuSection, Popover, Separator } from 'react-aria-components'
import type { Column } from '../api/types.ts'
import { copyText } from '../lib/copy-text.ts'
import { formatCount } from '../lib/format.ts'
import type { Condition, TableView } from '../sources/table-view.ts'
import { MenuEntry } from '../ui/menu-entry.tsx'
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
            <MenuEntry id="ascending" icon="up">
              Sort ascending
            </MenuEntry>
            <MenuEntry id="descending" icon="down">
              Sort descending
            </MenuEntry>
            {view.order && (
              <MenuEntry id="unsorted" icon="close">
                Do not sort
              </MenuEntry>
            )}
          </MenuSection>
        )}
        {onFilter && (
          <MenuSection>
            <Header className="menu-header">Only rows with{stats?.isSample && ' (of the first rows)'}</Header>
            {bars.map(({ label, count }, i) => (
              <MenuEntry key={label} id={`bar:${i}`} textValue={label} hint={formatCount(count)} isValue>
                {label}
              </MenuEntry>
            ))}
            <MenuEntry id="null" {...(stats && { hint: formatCount(stats.nulls) })}>
              NULL
            </MenuEntry>
            <MenuEntry id="not-null">any value but NULL</MenuEntry>
          </MenuSection>
        )}
        <Separator className="separator" />
        <MenuSection aria-label="Column">
          {onView && columns.length > 1 && (
            <MenuEntry id="hide" icon="columns">
              Hide
            </MenuEntry>
          )}
          <MenuEntry id="copy" icon="copy">
            Copy the name
          </MenuEntry>
        </MenuSection>
      </Menu>
    </Popover>
  )
}

export function without<K extends keyof TableView>(view: TableView, key: K): TableView {
  const { [key]: _gone, ...rest } = view
  return rest
}
