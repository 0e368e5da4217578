import type { OperatorName } from '../sources/table-view.ts'
import { Choice } from '../ui/choice.tsx'
import { TextField } from '../ui/text-field.tsx'
import { type ConditionDraft, exampleOf, operatorsOf, wrongValue } from './condition.ts'

/** A column as conditions need to know it. */
export interface KnownColumn {
  readonly name: string
  readonly type: string
}

export interface ConditionFieldsProps {
  /** Where none is known, the name is typed. */
  readonly columns: readonly KnownColumn[]
  readonly value: ConditionDraft
  readonly onChange: (value: ConditionDraft) => void
}

/** A column, a comparison that its type knows, and a value of that type. */
export function ConditionFields({ columns, value: draft, onChange }: ConditionFieldsProps) {
  const type = columns.find(({ name }) => name === draft.column)?.type ?? 'utf8'
  const known = operatorsOf(type)
  const isChosen = draft.column === '' || columns.some(({ name }) => name === draft.column)
  return (
    <>
      {columns.length === 0 || !isChosen ? (
        <TextField
          label="Column"
          isMono
          value={draft.column}
          onChange={(column) => onChange({ ...draft, column })}
          suggestions={columns.map(({ name }) => name)}
          error={columns.length > 0 ? 'is not there' : undefined}
        />
      ) : (
        <Choice
          label="Column"
          value={draft.column || undefined}
          onChange={(column) => {
            const next = columns.find(({ name }) => name === column)!
            const isOffered = operatorsOf(next.type).some(([operator]) => operator === draft.operator)
            onChange({ ...draft, column, ...(!isOffered && { operator: 'eq' }) })
          }}
          options={columns.map(({ name }) => [name, name])}
        />
      )}
      <Choice
        label="Condition"
        value={draft.operator}
        onChange={(operator) => onChange({ ...draft, operator: operator as OperatorName })}
        options={known}
      />
      {draft.operator === 'in' ? (
        <TextField
          label="Values, one a line"
          isMono
          rows={3}
          value={draft.value}
          onChange={(value) => onChange({ ...draft, value })}
          error={draft.value.split('\n').flatMap((line) => wrongValue(line, type) ?? [])[0]}
        />
      ) : (
        !/null/.test(draft.operator) && (
          <ValueField
            label={draft.operator === 'between' ? 'From' : 'Value'}
            type={type}
            value={draft.value}
            onChange={(value) => onChange({ ...draft, value })}
          />
        )
      )}
      {draft.operator === 'between' && (
        <ValueField
          label="To, and with it"
          type={type}
          value={draft.high}
          onChange={(high) => onChange({ ...draft, high })}
        />
      )}
    </>
  )
}

interface ValueFieldProps {
  readonly label: string
  readonly type: string
  readonly value: string
  readonly onChange: (value: string) => void
}

function ValueField({ label, type, value, onChange }: ValueFieldProps) {
  if (type === 'bool')
    return (
      <Choice
        label={label}
        value={value.toLowerCase() || undefined}
        onChange={onChange}
        options={[
          ['true', 'true'],
          ['false', 'false'],
        ]}
      />
    )
  return (
    <TextField
      label={label}
      value={value}
      onChange={onChange}
      isMono
      placeholder={exampleOf(type)}
      error={value === '' ? undefined : wrongValue(value, type)}
    />
  )
}
