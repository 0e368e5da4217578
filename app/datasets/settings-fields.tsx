import type { SourceDescription } from '../api/types.ts'
import { Choice } from '../ui/choice.tsx'
import { TextField } from '../ui/text-field.tsx'
import type { Settings } from './settings.ts'
import { StrategyFields } from './strategy-fields.tsx'

export interface SettingsFieldsProps {
  readonly value: Settings
  readonly onChange: (value: Settings) => void
  /** What is copied from: it says which ways it can be copied. */
  readonly source: SourceDescription | undefined
  /** Names of its columns, where they are known. */
  readonly columns?: readonly string[] | undefined
  /** What the server said of a field of the body: `strategy/column`. */
  readonly errorOf?: (field: string) => string | undefined
}

/** How snapshots are taken and kept. */
export function SettingsFields(props: SettingsFieldsProps) {
  const { value, onChange, errorOf } = props
  return (
    <>
      <fieldset className="group">
        <legend>How it is copied</legend>
        <StrategyFields {...props} />
        <Choice
          label="Where nothing has changed"
          value={value.unchanged}
          onChange={(unchanged) => onChange({ ...value, unchanged: unchanged as Settings['unchanged'] })}
          options={[
            ['copy', 'Copy it all the same'],
            ['skip', 'Take no snapshot'],
            ['reuse', 'Make a version of the same files'],
          ]}
          description={
            value.strategy === 'full' && value.unchanged !== 'copy'
              ? 'The source is asked for a fingerprint first; for a table, the database reads every row for it.'
              : undefined
          }
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
      </fieldset>
      <fieldset className="group">
        <legend>How it is kept</legend>
        <div className="field-row">
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
          {value.format !== 'parquet' && (
            <Choice
              label="Packed"
              value={value.compression}
              onChange={(compression) => onChange({ ...value, compression: compression as Settings['compression'] })}
              options={[
                ['none', 'Not at all'],
                ['gzip', 'gzip'],
                ['zstd', 'Zstandard'],
              ]}
              error={errorOf?.('compression')}
            />
          )}
        </div>
        <div className="field-row">
          <TextField
            label="Keep the last"
            value={value.keepLast}
            onChange={(keepLast) => onChange({ ...value, keepLast: keepLast.replace(/\D/g, '') })}
            placeholder="all"
            description="versions"
            error={errorOf?.('retention/keepLast')}
          />
          <TextField
            label="Keep for"
            value={value.keepDays}
            onChange={(keepDays) => onChange({ ...value, keepDays: keepDays.replace(/\D/g, '') })}
            placeholder="ever"
            description="days; pinned versions stay"
            error={errorOf?.('retention/keepDays')}
          />
        </div>
      </fieldset>
    </>
  )
}
