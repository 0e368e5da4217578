import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { BodyOf } from '../../clients/typescript/call-types.ts'
import { etagOf } from '../../clients/typescript/transport.ts'
import { headgate } from '../api/headgate.ts'
import { asProblem, errorsOf } from '../api/problem.ts'
import { sourceQuery } from '../api/queries.ts'
import type { Datasource } from '../api/types.ts'
import { problemsBelow } from '../forms/validate.ts'
import { say } from '../shell/toasts.tsx'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Switch } from '../ui/switch.tsx'
import { TextField } from '../ui/text-field.tsx'
import { type Selection, SelectionFields, useColumns } from './selection-fields.tsx'
import { settingsBody, settingsOf } from './settings.ts'
import { SettingsFields } from './settings-fields.tsx'

/** What a datasource copies and how it is kept; saved only over the version that was read. */
export function DatasourceSettings({ datasource }: { readonly datasource: Datasource }) {
  const { name } = datasource
  const client = useQueryClient()
  const navigate = useNavigate()
  const [ifMatch] = useState(() => etagOf(datasource))
  const [title, setTitle] = useState(datasource.title)
  const [paused, setPaused] = useState(datasource.paused)
  const [selection, setSelection] = useState<Selection>(datasource.selection)
  const [settings, setSettings] = useState(() => settingsOf(datasource))
  const save = useMutation({
    mutationFn: () => {
      const body = { title, paused, selection, ...settingsBody(settings) } as BodyOf<'updateDatasource'>
      return headgate.datasources.update(name, body, { ifMatch })
    },
    onSuccess: async () => {
      say('The datasource is saved.')
      await client.invalidateQueries({ queryKey: ['datasource', name] })
      await client.invalidateQueries({ queryKey: ['datasources'] })
    },
  })
  const { data: source } = useQuery(sourceQuery(datasource.connector))
  const columns = useColumns(source, selection)?.map(({ name }) => name)
  const problem = save.error ? asProblem(save.error) : undefined
  const errors = problem?.errors ?? []
  const errorOf = errorsOf(problem)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form className="stack form" onSubmit={submit} noValidate>
      <TextField label="Title" value={title} onChange={setTitle} />
      <SelectionFields
        source={source}
        value={selection}
        onChange={setSelection}
        problems={problemsBelow(errors, '/body/selection')}
      />
      <p className="hint">Versions that are there stay as they are.</p>
      <SettingsFields value={settings} onChange={setSettings} source={source} columns={columns} errorOf={errorOf} />
      <Switch
        label="Paused"
        isSelected={paused}
        onChange={setPaused}
        description="Its schedule takes no snapshots; by hand they can still be taken."
      />
      {problem && <ProblemCard problem={problem} />}
      <div className="row-actions">
        <Button type="submit" variant="primary" isDisabled={save.isPending}>
          Save
        </Button>
        <Confirm
          button={{ variant: 'danger', icon: 'trash', children: 'Delete' }}
          title={`Delete the datasource ${name}?`}
          action="Delete"
          onConfirm={async () => {
            await headgate.datasources.delete(name, { ifMatch: etagOf(datasource) })
            await client.invalidateQueries({ queryKey: ['datasources'] })
            await navigate({ to: '/datasources' })
          }}
        >
          No more snapshots are taken. The dataset {name} and its versions stay.
        </Confirm>
      </div>
    </form>
  )
}
