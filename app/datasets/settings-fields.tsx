import type { Datasource } from '../api/types.ts'
import { Choice } from '../ui/choice.tsx'
import { Switch } from '../ui/switch.tsx'
import { TextField } from '../ui/text-field.tsx'

/** How snapshots of a datasource are kept. Numbers as they are typed; empty: no limit. */
export interface Settings {
  readonly format: Datasource['format']
  readonly drift: Datasource['drift']
  readonly skipUnchanged: boolean
  readonly keepLast: string
  readonly keepDays: string
}

export const startSettings: Settings = {
  format: 'parquet',
  drift: 'evolve',
  skipUnchanged: false,
  keepLast: '',
  keepDays: '',
}

export function settingsOf({ format, drift, skipUnchanged, retention }: Datasource): Settings {
  const { keepLast, keepDays } = (retention ?? {}) as { readonly keepLast?: number; readonly keepDays?: number }
  return { format, drift, skipUnchanged, keepLast: String(keepLast ?? ''), keepDays: String(keepDays ?? '') }
}

export function settingsBody({ format, drift, skipUnchanged, keepLast, keepDays }: Settings) {
  const retention = { ...(keepLast && { keepLast: Number(keepLast) }), ...(keepDays && { keepDays: Number(keepDays) }) }
  return { format, drift, skipUnchanged, retention: Object.keys(retention).length === 0 ? null : retention }
}

export interface SettingsFieldsProps {
  readonly value: Settings
  readonly onChange: (value: Settings) => void
}

export function SettingsFields({ value, onChange }: SettingsFieldsProps) {
  return (
    <fieldset className="group">
      <legend>How it is kept</legend>
      <Choice
        label="Files"
        value={value.format}
        onChange={(format) => onChange({ ...value, format: format as Settings['format'] })}
        options={[
          ['parquet', 'Parquet'],
          ['csv', 'CSV'],
          ['ndjson', 'NDJSON'],
        ]}
      />
      <Choice
        label="When the columns change"
        value={value.drift}
        onChange={(drift) => onChange({ ...value, drift: drift as Settings['drift'] })}
        options={[
          ['evolve', 'Publish the new ones'],
          ['freeze', 'Fail'],
          ['pause', 'Fail, and pause the schedule'],
        ]}
      />
      <div className="field-row">
        <TextField
          label="Keep the last"
          value={value.keepLast}
          onChange={(keepLast) => onChange({ ...value, keepLast: keepLast.replace(/\D/g, '') })}
          placeholder="all"
          description="versions"
        />
        <TextField
          label="Keep for"
          value={value.keepDays}
          onChange={(keepDays) => onChange({ ...value, keepDays: keepDays.replace(/\D/g, '') })}
          placeholder="ever"
          description="days; pinned versions stay"
        />
      </div>
      <Switch
        label="Skip when nothing has changed"
        isSelected={value.skipUnchanged}
        onChange={(skipUnchanged) => onChange({ ...value, skipUnchanged })}
        description="Asks the source for a fingerprint first; for a table, the database reads every row for it."
      />
    </fieldset>
  )
}
