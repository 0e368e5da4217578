import { parseTypeName, typeName } from '../../../domain/batch.ts'
import type { RowFormat } from './format-of.ts'
import type { Table } from './rows.ts'

/** A table in plain JSON, as partitions carry it: every worker reads the files by the same schema. */
export interface TableSpec {
  readonly format: RowFormat
  readonly fields: readonly (readonly [name: string, type: string, native: string, nullable: boolean])[]
  readonly chosen: readonly string[]
}

export const toSpec = ({ format, schema }: Table): TableSpec => ({
  format,
  fields: schema.fields.map(({ name, type, native, nullable }) => [name, typeName(type), native, nullable]),
  chosen: [...schema.chosen],
})

export const fromSpec = ({ format, fields, chosen }: TableSpec): Table => ({
  format,
  schema: {
    fields: fields.map(([name, type, native, nullable]) => ({ name, type: parseTypeName(type), native, nullable })),
    chosen: new Set(chosen),
  },
})
