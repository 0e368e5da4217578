import type { BodyOf } from '../../clients/typescript/call-types.ts'
import type { Exporter } from '../api/types.ts'

/** An exporter as it stands in the form; empty: not given. */
export interface ExporterDraft {
  readonly title: string
  readonly connector: string
  readonly path: string
  readonly table: string
  readonly mode: Exporter['mode'] | ''
  readonly format: NonNullable<Exporter['format']> | ''
}

export const newDraft: ExporterDraft = { title: '', connector: '', path: '', table: '', mode: '', format: '' }

export const draftOf = ({ title, connector, path, table, mode, format }: Exporter): ExporterDraft => ({
  title,
  connector,
  path: path ?? '',
  table: table ?? '',
  mode,
  format: format ?? '',
})

/** What is sent to be saved: of what the connector takes, and nothing of the other. */
export function bodyOf(draft: ExporterDraft, writes: 'files' | 'tables') {
  const { title, connector, path, table, mode, format } = draft
  const isFiles = writes === 'files'
  return {
    ...(title && { title }),
    connector,
    path: isFiles ? path : null,
    table: isFiles ? null : table,
    ...(mode && { mode }),
    format: isFiles && format ? format : null,
  } satisfies BodyOf<'updateExporter'>
}

export const formats = [
  ['csv', 'CSV'],
  ['ndjson', 'NDJSON'],
  ['json', 'JSON'],
  ['parquet', 'Parquet'],
  ['arrow', 'Arrow'],
] as const satisfies readonly (readonly [NonNullable<Exporter['format']>, string])[]

/** What becomes of what is there, in the words of a form. */
export const modes = {
  files: [
    ['safe', 'Fail, and leave it'],
    ['replace', 'Take its place'],
    ['timestamp', 'Write beside it, with the time in the name'],
  ],
  tables: [
    ['replace', 'It goes: a new table takes its place'],
    ['append', 'It stays: the rows are added'],
  ],
} as const satisfies Record<'files' | 'tables', readonly (readonly [Exporter['mode'], string])[]>
