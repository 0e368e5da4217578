import type { SourceDescription } from '../api/types.ts'
import { Choice } from '../ui/choice.tsx'
import { Switch } from '../ui/switch.tsx'
import { TextField } from '../ui/text-field.tsx'
import type { Settings } from './settings.ts'
import type { SettingsFieldsProps } from './settings-fields.tsx'

/** The ways of copying that a source can go, and the one that is chosen already. */
function waysOf(source: SourceDescription | undefined, chosen: Settings['strategy']) {
  const ways: readonly (readonly [Settings['strategy'], string, boolean])[] = [
    ['full', 'Everything, each time', true],
    ['incremental', 'Rows that are new since the version before', source?.increments != null],
    ['objects', 'Files that are new or changed', source?.capabilities.includes('objects') ?? false],
  ]
  return ways
    .filter(([way, , isOffered]) => isOffered || way === chosen)
    .map(([way, text]): [string, string] => [way, text])
}

/** What a snapshot reads: all of it, or what is new. */
export function StrategyFields({ value, onChange, source, columns = [], errorOf }: SettingsFieldsProps) {
  const needsColumn = source?.increments === 'column'
  return (
    <>
      <Choice
        label="What a snapshot reads"
        value={value.strategy}
        onChange={(strategy) => onChange({ ...value, strategy: strategy as Settings['strategy'] })}
        options={waysOf(source, value.strategy)}
        error={errorOf?.('strategy')}
      />
      {value.strategy === 'incremental' && (
        <fieldset className="group">
          <legend>New rows</legend>
          <Choice
            label="How rows change at the source"
            value={value.mode}
            onChange={(mode) => onChange({ ...value, mode: mode as Settings['mode'] })}
            options={[
              ['append', 'They are only ever added'],
              ['merge', 'They change: a new one takes the place of the old'],
            ]}
            error={errorOf?.('strategy/mode')}
          />
          <TextField
            label="A column that grows"
            isRequired={needsColumn}
            isMono
            value={value.column}
            onChange={(column) => onChange({ ...value, column })}
            suggestions={columns}
            placeholder={needsColumn ? 'updated_at' : 'none is needed'}
            description={
              needsColumn
                ? 'Its values must grow with every change: a time of change, or an increasing number.'
                : 'This database tells which rows are new by itself; with a column, that one tells.'
            }
            error={errorOf?.('strategy/column')}
          />
          {value.mode === 'merge' && (
            <>
              <TextField
                label="Columns that tell rows apart"
                isMono
                rows={2}
                value={value.key}
                onChange={(key) => onChange({ ...value, key })}
                placeholder="the primary key"
                description="One a line."
                error={errorOf?.('strategy/key')}
              />
              <Switch
                label="Deleted rows go too"
                isSelected={value.deletes}
                onChange={(deletes) => onChange({ ...value, deletes })}
                description="The keys are compared each time: the database reads every row for it."
                error={errorOf?.('strategy/deletes')}
              />
            </>
          )}
          <TextField
            label="Read everything again after"
            value={value.fullEvery}
            onChange={(fullEvery) => onChange({ ...value, fullEvery: fullEvery.replace(/\D/g, '') })}
            placeholder="100"
            description="increments"
            error={errorOf?.('strategy/fullEvery')}
          />
        </fieldset>
      )}
    </>
  )
}
