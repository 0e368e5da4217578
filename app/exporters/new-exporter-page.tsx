import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { BodyOf } from '../../clients/typescript/call-types.ts'
import { headgate } from '../api/headgate.ts'
import { asProblem, errorsOf } from '../api/problem.ts'
import { Button } from '../ui/button.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { TextField } from '../ui/text-field.tsx'
import { bodyOf, newDraft } from './exporter-draft.ts'
import { ExporterFields, useWrites } from './exporter-fields.tsx'

const route = getRouteApi('/exporters/new')

/** Names a place that datasets are written to. */
export function NewExporterPage() {
  const navigate = route.useNavigate()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [draft, setDraft] = useState(newDraft)
  const writes = useWrites(draft.connector)
  const create = useMutation({
    mutationFn: () => headgate.exporters.create({ name, ...bodyOf(draft, writes!) } as BodyOf<'createExporter'>),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['exporters'] })
      await navigate({ to: '/exporters/$name', params: { name: made.name } })
    },
  })
  const problem = create.error ? asProblem(create.error) : undefined
  const errorOf = errorsOf(problem)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <div className="page">
      <PageHeader
        title="New exporter"
        icon="send"
        facts={<span>A place that versions of datasets are written to, whole or not at all.</span>}
      />
      <form className="stack form" onSubmit={submit} noValidate>
        <ExporterFields draft={draft} onDraft={setDraft} errorOf={errorOf} />
        {writes && (
          <>
            <TextField
              label="Name"
              isRequired
              isMono
              value={name}
              onChange={setName}
              placeholder="prices-out"
              description="Short, of a-z, 0-9 and -: what code uses. It does not change."
              error={errorOf('name')}
            />
            <TextField
              label="Title"
              value={draft.title}
              onChange={(title) => setDraft({ ...draft, title })}
              placeholder={name}
              error={errorOf('title')}
            />
            {problem && <ProblemCard problem={problem} />}
            <div className="row-actions">
              <Button type="submit" variant="primary" isDisabled={name === '' || create.isPending}>
                {create.isPending ? 'Creating…' : 'Create'}
              </Button>
            </div>
          </>
        )}
      </form>
    </div>
  )
}
