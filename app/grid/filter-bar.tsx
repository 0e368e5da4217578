import { type FormEvent, type ReactNode, useState } from 'react'
import { Dialog, DialogTrigger, Popover } from 'react-aria-components'
import type { Column } from '../api/types.ts'
import { conditionOf, newCondition } from '../forms/condition.ts'
import { ConditionFields } from '../forms/condition-fields.tsx'
import { type Condition, type OperatorName, operators, type TableView } from '../sources/table-view.ts'
import { Button } from '../ui/button.tsx'
import { Checkboxes } from '../ui/checkboxes.tsx'
import { without } from './column-menu.tsx'

export interface FilterBarProps {
  readonly columns: readonly Column[]
  readonly view: TableView
  readonly onView: ((view: TableView) => void) | undefined
  readonly status: ReactNode
}

/** What is on screen, in words that can be taken away again. */
export function FilterBar({ columns, view, onView, status }: FilterBarProps) {
  const where = view.where ?? []
  const drop = (condition: Condition) => {
    const rest = where.filter((other) => other !== condition)
    onView?.(rest.length === 0 ? without(view, 'where') : { ...view, where: rest })
  }
  return (
    <div className="filter-bar">
      {onView && (
        <>
          <DialogTrigger>
            <Button icon="filter" isSmall>
              Filter
            </Button>
            <Popover className="popover padded" placement="bottom start">
              <Dialog aria-label="Filter the rows">
                {({ close }) => (
                  <FilterForm
                    columns={columns}
                    onAdd={(condition) => {
                      onView({ ...view, where: [...where, condition] })
                      close()
                    }}
                  />
                )}
              </Dialog>
            </Popover>
          </DialogTrigger>
          <DialogTrigger>
            <Button icon="columns" isSmall>
              {view.select ? `${view.select.length} of ${columns.length} columns` : 'Columns'}
            </Button>
            <Popover className="popover padded" placement="bottom start">
              <Dialog aria-label="Choose columns">
                <Checkboxes
                  label="Columns"
                  options={columns.map(({ name }) => name)}
                  chosen={view.select ?? columns.map(({ name }) => name)}
                  onChange={(chosen) =>
                    chosen.length === columns.length
                      ? onView(without(view, 'select'))
                      : chosen.length > 0 &&
                        onView({
                          ...view,
                          select: columns.map(({ name }) => name).filter((name) => chosen.includes(name)),
                        })
                  }
                />
              </Dialog>
            </Popover>
          </DialogTrigger>
          {where.map((condition) => (
            <Chip key={JSON.stringify(condition)} text={sentence(condition)} onDrop={() => drop(condition)} />
          ))}
          {(view.order ?? []).map((order) => (
            <Chip
              key={order}
              text={order.startsWith('-') ? `${order.slice(1)} ↓` : `${order} ↑`}
              onDrop={() => onView(without(view, 'order'))}
            />
          ))}
          {where.length + (view.order?.length ?? 0) > 1 && (
            <Button variant="ghost" isSmall onPress={() => onView(without(without(view, 'where'), 'order'))}>
              Clear
            </Button>
          )}
        </>
      )}
      <span className="push">{status}</span>
    </div>
  )
}

function Chip({ text, onDrop }: { readonly text: string; readonly onDrop: () => void }) {
  return (
    <span className="chip">
      <span className="chip-text">{text}</span>
      <Button variant="ghost" icon="close" isSmall label={`Remove: ${text}`} onPress={onDrop} />
    </span>
  )
}

function sentence([column, operator, ...operands]: Condition): string {
  const words = operators[operator as OperatorName] ?? operator
  const values = operands.flat().map((operand) => (operand === '' ? '(empty)' : String(operand)))
  return [column, words, values.join(operator === 'between' ? ' and ' : ', ')].filter(Boolean).join(' ')
}

interface FilterFormProps {
  readonly columns: readonly Column[]
  readonly onAdd: (condition: Condition) => void
}

function FilterForm({ columns, onAdd }: FilterFormProps) {
  const [draft, setDraft] = useState(() => newCondition(columns[0]?.name ?? ''))
  const type = columns.find(({ name }) => name === draft.column)?.type ?? 'utf8'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onAdd(conditionOf(draft, type))
  }
  return (
    <form className="stack filter-form" onSubmit={submit}>
      <ConditionFields columns={columns} value={draft} onChange={setDraft} />
      <Button type="submit" variant="primary">
        Filter
      </Button>
    </form>
  )
}
