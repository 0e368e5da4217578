import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { meQuery, sourceQuery, sourcesQuery } from '../api/queries.ts'
import { useTables } from '../datasets/selection-fields.tsx'
import { Choice } from '../ui/choice.tsx'
import { Empty, Loading } from '../ui/states.tsx'
import { TextField } from '../ui/text-field.tsx'
import { type ExporterDraft, formats, modes } from './exporter-draft.ts'

export interface ExporterFieldsProps {
  readonly draft: ExporterDraft
  readonly onDraft: (draft: ExporterDraft) => void
  /** What the server said of a field of the body: `path`. */
  readonly errorOf: (field: string) => string | undefined
}

/** What a connector takes; undefined while it is not known, null where it takes nothing. */
export function useWrites(connector: string): 'files' | 'tables' | null | undefined {
  const { data } = useQuery({ ...sourceQuery(connector), enabled: connector !== '' })
  return data?.writes
}

/** Where datasets are written to: a connector that allows it, and what its kind asks for besides. */
export function ExporterFields({ draft, onDraft, errorOf }: ExporterFieldsProps) {
  const { data: sources } = useQuery(sourcesQuery())
  const writes = useWrites(draft.connector)
  if (sources === undefined) return <Loading rows={1} />
  const writable = sources.filter(({ allowWrite, name }) => allowWrite || name === draft.connector)
  if (writable.length === 0) return <NothingWritable />
  return (
    <>
      <Choice
        label="Connector"
        isRequired
        value={draft.connector || undefined}
        options={writable.map(({ name, title }) => [name, `${title} (${name})`])}
        description="Those that an administrator lets exporters write to."
        error={errorOf('connector')}
        onChange={(connector) => onDraft({ ...draft, connector, mode: '' })}
      />
      {writes === 'files' && <FileFields {...{ draft, onDraft, errorOf }} />}
      {writes === 'tables' && <TableFields {...{ draft, onDraft, errorOf }} />}
    </>
  )
}

function FileFields({ draft, onDraft, errorOf }: ExporterFieldsProps) {
  return (
    <>
      <TextField
        label="Path"
        isRequired
        isMono
        value={draft.path}
        onChange={(path) => onDraft({ ...draft, path })}
        placeholder="outgoing/prices.csv"
        description="Below the connector’s root. With / at its end it is a folder, in which the file is named after the dataset."
        error={errorOf('path')}
      />
      <Choice
        label="Where there is a file already"
        value={draft.mode || 'safe'}
        onChange={(mode) => onDraft({ ...draft, mode: mode as ExporterDraft['mode'] })}
        options={modes.files}
        error={errorOf('mode')}
      />
      <Choice
        label="Format"
        value={draft.format}
        onChange={(format) => onDraft({ ...draft, format: format as ExporterDraft['format'] })}
        options={[['', 'As the path ends, or else as the dataset is'], ...formats]}
        error={errorOf('format')}
      />
    </>
  )
}

function TableFields({ draft, onDraft, errorOf }: ExporterFieldsProps) {
  const { data: source } = useQuery(sourceQuery(draft.connector))
  const tables = useTables(source)
  return (
    <>
      <TextField
        label="Table"
        isRequired
        isMono
        value={draft.table}
        onChange={(table) => onDraft({ ...draft, table })}
        suggestions={tables}
        placeholder="prices"
        description="Outside the default schema: schema.name."
        error={errorOf('table')}
      />
      <Choice
        label="What is in the table already"
        isRequired
        value={draft.mode || undefined}
        onChange={(mode) => onDraft({ ...draft, mode: mode as ExporterDraft['mode'] })}
        options={modes.tables}
        error={errorOf('mode')}
      />
    </>
  )
}

function NothingWritable() {
  const { data: me } = useQuery(meQuery())
  return (
    <Empty
      icon="plug"
      title="No connector may be written to"
      action={
        me?.roles.includes('admin') && (
          <Link to="/connectors" className="button primary">
            Connectors
          </Link>
        )
      }
      cli="headgate connectors update warehouse --allow-write"
    >
      Connectors are read, and nothing else, until an administrator says of one: <b>Exporters may write</b>. Better than
      to let the login write that reads everything is a connector of its own.
    </Empty>
  )
}
