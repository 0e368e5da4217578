import { useQuery } from '@tanstack/react-query'
import { operationsQuery, tableQuery, tablesQuery } from '../api/queries.ts'
import type { SourceDescription } from '../api/types.ts'
import type { KnownColumn } from '../forms/condition-fields.tsx'
import { JsonField } from '../forms/json-field.tsx'
import { RowsField } from '../forms/rows-field.tsx'
import { SchemaForm } from '../forms/schema-form.tsx'
import type { Problems } from '../forms/values.ts'

export type Selection = Readonly<Record<string, unknown>>

export interface SelectionFieldsProps {
  readonly source: SourceDescription | undefined
  readonly value: Selection
  readonly onChange: (value: Selection) => void
  readonly problems: Problems
}

/** The columns of the table that a selection names; undefined where none is known. */
export function useColumns(
  source: SourceDescription | undefined,
  selection: Selection,
): readonly KnownColumn[] | undefined {
  const tables = useTables(source)
  const table = String(selection.table ?? '')
  const { data } = useQuery({ ...tableQuery(source?.name ?? '', table), enabled: tables.includes(table) })
  return data?.columns
}

/** Names of the tables of a source; none while they are not known. */
export function useTables(source: SourceDescription | undefined): readonly string[] {
  const isOffered = source?.capabilities.includes('tables') ?? false
  const { data = [] } = useQuery({ ...tablesQuery(source?.name ?? ''), enabled: isOffered })
  return data.map(({ table }) => table)
}

/** What of a source is copied: the fields that its kind asks for, with the names that the source itself knows. */
export function SelectionFields({ source, value, onChange, problems }: SelectionFieldsProps) {
  const tables = useTables(source)
  const columns = useColumns(source, value)
  const names = columns?.map(({ name }) => name)
  const isApi = source?.capabilities.includes('operations') ?? false
  const { data: operations = [] } = useQuery({ ...operationsQuery(source?.name ?? ''), enabled: isApi })
  if (source === undefined) return null
  if (Object.keys(source.selection).length === 0)
    return (
      <JsonField
        label="What of it"
        isRequired
        description="The selection, as JSON."
        error={problems.get('')}
        value={value}
        onChange={(next) => onChange((next ?? {}) as Selection)}
      />
    )
  return (
    <fieldset className="group">
      <legend>What of it</legend>
      <SchemaForm
        schema={source.selection}
        value={value}
        onChange={(next) => onChange(next as Selection)}
        problems={problems}
        suggestions={{
          '/table': tables,
          '/operation': operations.map(({ operationId }) => operationId),
          ...(names && { '/columns': names, '/key': names }),
        }}
        fields={{ '/where': (field) => <RowsField {...field} columns={columns ?? []} /> }}
      />
    </fieldset>
  )
}
