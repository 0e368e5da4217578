import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { etagOf } from '../../clients/typescript/transport.ts'
import { headgate } from '../api/headgate.ts'
import { asProblem, errorsOf } from '../api/problem.ts'
import type { Exporter } from '../api/types.ts'
import { say } from '../shell/toasts.tsx'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { TextField } from '../ui/text-field.tsx'
import { bodyOf, draftOf } from './exporter-draft.ts'
import { ExporterFields, useWrites } from './exporter-fields.tsx'

/** Where an exporter writes; saved only over the version that was read. */
export function ExporterSettings({ exporter }: { readonly exporter: Exporter }) {
  const { name } = exporter
  const client = useQueryClient()
  const navigate = useNavigate()
  const [ifMatch] = useState(() => etagOf(exporter))
  const [draft, setDraft] = useState(() => draftOf(exporter))
  const writes = useWrites(draft.connector)
  const refresh = () => client.invalidateQueries({ queryKey: ['exporters'] })
  const save = useMutation({
    mutationFn: () => headgate.exporters.update(name, bodyOf(draft, writes!), { ifMatch }),
    onSuccess: async () => {
      say('The exporter is saved.')
      await client.invalidateQueries({ queryKey: ['exporter', name] })
      await refresh()
    },
  })
  const problem = save.error ? asProblem(save.error) : undefined
  const errorOf = errorsOf(problem)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form className="stack form" onSubmit={submit} noValidate>
      <TextField
        label="Title"
        value={draft.title}
        onChange={(title) => setDraft({ ...draft, title })}
        error={errorOf('title')}
      />
      <ExporterFields draft={draft} onDraft={setDraft} errorOf={errorOf} />
      <p className="hint">Exports that are under way go on as they began.</p>
      {problem && <ProblemCard problem={problem} />}
      <div className="row-actions">
        <Button type="submit" variant="primary" isDisabled={!writes || save.isPending}>
          Save
        </Button>
        <Confirm
          button={{ variant: 'danger', icon: 'trash', children: 'Delete' }}
          title={`Delete the exporter ${name}?`}
          action="Delete"
          onConfirm={async () => {
            await headgate.exporters.delete(name, { ifMatch })
            await refresh()
            await navigate({ to: '/exporters' })
          }}
        >
          What it has written stays where it is.
        </Confirm>
      </div>
    </form>
  )
}
