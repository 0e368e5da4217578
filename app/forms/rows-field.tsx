import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { filterOf, newCondition, type RowsDraft, rowsDraftOf } from './condition.ts'
import { ConditionFields, type KnownColumn } from './condition-fields.tsx'
import { JsonField, type JsonFieldProps } from './json-field.tsx'

export interface RowsFieldProps extends JsonFieldProps {
  readonly columns: readonly KnownColumn[]
}

/** Which rows are meant, by conditions joined once; what is more than that, as JSON. */
export function RowsField({ columns, ...json }: RowsFieldProps) {
  const { label, value, onChange, error } = json
  const [draft, setDraft] = useState(() => rowsDraftOf(value))
  const typeOf = (column: string) => columns.find(({ name }) => name === column)?.type ?? 'utf8'
  const change = (next: RowsDraft) => {
    setDraft(next)
    onChange(filterOf(next, typeOf))
  }
  if (draft === undefined) {
    const shown = rowsDraftOf(value)
    return (
      <div className="rows-field">
        <JsonField {...json} />
        <Button variant="ghost" isSmall isDisabled={shown === undefined} onPress={() => setDraft(shown)}>
          {shown === undefined ? 'It is more than conditions can show' : 'As conditions'}
        </Button>
      </div>
    )
  }
  const { join, conditions } = draft
  return (
    <fieldset className="group rows-field">
      <legend>{label}</legend>
      {conditions.length === 0 && <p className="hint">All of them.</p>}
      {conditions.length > 1 && (
        <Choice
          label="Rows for which"
          value={join}
          onChange={(next) => change({ ...draft, join: next as RowsDraft['join'] })}
          options={[
            ['and', 'all of these hold'],
            ['or', 'any of these holds'],
          ]}
        />
      )}
      {conditions.map((condition, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no other identity
        <div key={i} className="condition" role="group" aria-label={`Condition ${i + 1}`}>
          <ConditionFields
            columns={columns}
            value={condition}
            onChange={(next) => change({ ...draft, conditions: conditions.with(i, next) })}
          />
          <Button
            variant="ghost"
            icon="close"
            isSmall
            label={`Remove condition ${i + 1}`}
            onPress={() => change({ ...draft, conditions: conditions.toSpliced(i, 1) })}
          />
        </div>
      ))}
      {error && <p className="error">{error}</p>}
      <div className="row-actions">
        <Button
          icon="plus"
          isSmall
          onPress={() => change({ ...draft, conditions: [...conditions, newCondition(columns[0]?.name ?? '')] })}
        >
          Add a condition
        </Button>
        <Button variant="ghost" isSmall onPress={() => setDraft(undefined)}>
          As JSON
        </Button>
      </div>
    </fieldset>
  )
}
