import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { BodyOf } from '../../clients/typescript/call-types.ts'
import { headgate } from '../api/headgate.ts'
import { asProblem, errorsOf } from '../api/problem.ts'
import { sourceQuery, sourcesQuery } from '../api/queries.ts'
import { problemsBelow } from '../forms/validate.ts'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Switch } from '../ui/switch.tsx'
import { TextField } from '../ui/text-field.tsx'
import { type Selection, SelectionFields, useColumns } from './selection-fields.tsx'
import { suggestName } from './selection-text.ts'
import { type Settings, settingsBody, startSettings } from './settings.ts'
import { SettingsFields } from './settings-fields.tsx'

const route = getRouteApi('/datasources/new')

/** Names what snapshots shall copy; with what was on screen before, it is filled in already. */
export function NewDatasourcePage() {
  const given = route.useSearch()
  const navigate = route.useNavigate()
  const client = useQueryClient()
  const { data: sources = [] } = useQuery(sourcesQuery())
  const [connector, setConnector] = useState(given.connector)
  const [selection, setSelection] = useState<Selection>(given.selection ?? {})
  const [name, setName] = useState(() => (connector ? suggestName(connector, selection) : ''))
  const [title, setTitle] = useState('')
  const [settings, setSettings] = useState<Settings>(startSettings)
  const [isAtOnce, setAtOnce] = useState(true)
  const { data: source } = useQuery({ ...sourceQuery(connector ?? ''), enabled: connector !== undefined })
  const columns = useColumns(source, selection)?.map(({ name }) => name)
  const create = useMutation({
    mutationFn: async () => {
      const body = { name, connector, selection, ...(title && { title }), ...settingsBody(settings) }
      const made = await headgate.datasources.create(body as BodyOf<'createDatasource'>)
      return { made, snapshot: isAtOnce ? await headgate.datasources.snapshot(made.name) : undefined }
    },
    onSuccess: ({ made, snapshot }) => {
      void client.invalidateQueries({ queryKey: ['datasources'] })
      void navigate(
        snapshot
          ? { to: '/snapshots/$id', params: { id: snapshot.id } }
          : { to: '/datasources/$name', params: { name: made.name } },
      )
    },
  })
  const problem = create.error ? asProblem(create.error) : undefined
  const errors = problem?.errors ?? []
  const errorOf = errorsOf(problem)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <div className="page">
      <PageHeader
        title="New datasource"
        icon="camera"
        facts={<span>Snapshots of it become versions of a dataset.</span>}
      />
      <form className="stack form" onSubmit={submit} noValidate>
        <Choice
          label="Connector"
          isRequired
          value={connector}
          options={sources.map(({ name, title }) => [name, `${title} (${name})`])}
          error={errorOf('connector')}
          onChange={(next) => {
            setConnector(next)
            if (name === '') setName(suggestName(next, selection))
          }}
        />
        <SelectionFields
          key={source?.name}
          source={source}
          value={selection}
          onChange={setSelection}
          problems={problemsBelow(errors, '/body/selection')}
        />
        <TextField
          label="Name"
          isRequired
          isMono
          value={name}
          onChange={setName}
          description="Short, of a-z, 0-9 and -: what code uses. The dataset has it too."
          error={errorOf('name')}
        />
        <TextField label="Title" value={title} onChange={setTitle} placeholder={name} error={errorOf('title')} />
        <SettingsFields value={settings} onChange={setSettings} source={source} columns={columns} errorOf={errorOf} />
        <Switch label="Take the first snapshot at once" isSelected={isAtOnce} onChange={setAtOnce} />
        {problem && <ProblemCard problem={problem} />}
        <div className="row-actions">
          <Button
            type="submit"
            variant="primary"
            isDisabled={connector === undefined || name === '' || create.isPending}
          >
            {create.isPending ? 'Creating…' : 'Create'}
          </Button>
        </div>
      </form>
    </div>
  )
}
