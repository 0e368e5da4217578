import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { BodyOf } from '../../clients/typescript/call-types.ts'
import { headgate } from '../api/headgate.ts'
import { asProblem, errorsOf } from '../api/problem.ts'
import type { Kind } from '../api/types.ts'
import { SchemaForm } from '../forms/schema-form.tsx'
import { problemsBelow } from '../forms/validate.ts'
import { Button } from '../ui/button.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Stages } from '../ui/stages.tsx'
import { Switch } from '../ui/switch.tsx'
import { TextField } from '../ui/text-field.tsx'
import { type ConnectorDraft, type DraftProblems, problemsOf, valuesOf } from './connector-draft.ts'
import { PasteUrl } from './paste-url.tsx'

export interface ConnectorFormProps {
  readonly kind: Kind
  readonly draft: ConnectorDraft
  readonly onDraft: (draft: ConnectorDraft) => void
  /** The name of the connector that is edited; absent of a new one. */
  readonly saved?: { readonly name: string; readonly hasCredential: boolean }
  readonly onSave: (draft: ConnectorDraft) => Promise<unknown>
}

const none: DraftProblems = { config: new Map(), credential: new Map() }

/** A connector's fields as its kind asks for them; what was typed can be checked before it is saved. */
export function ConnectorForm({ kind, draft, onDraft, saved, onSave }: ConnectorFormProps) {
  const [found, setFound] = useState(none)
  const save = useMutation({ mutationFn: () => onSave(draft) })
  const check = useMutation({
    mutationFn: () =>
      headgate.connectors.tryOut({
        kind: kind.kind,
        ...valuesOf(draft),
        ...(saved && { connector: saved.name }),
        timeoutMs: 20_000,
      } as BodyOf<'checkValues'>),
  })
  const isGood = () => {
    const problems = problemsOf(kind, draft, saved?.hasCredential ?? false)
    setFound(problems)
    return problems.config.size + problems.credential.size === 0
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isGood()) save.mutate()
  }
  const failed = save.error ?? check.error
  const problem = failed ? asProblem(failed) : undefined
  const errors = problem?.errors ?? []
  const errorOf = errorsOf(problem)
  const credentialFields = Object.keys((kind.credential.properties ?? {}) as object).length
  return (
    <form className="stack form" onSubmit={submit} noValidate>
      {!saved && (
        <>
          <PasteUrl
            kind={kind.kind}
            onParts={(config, url) => onDraft({ ...draft, config: { ...(draft.config as object), ...config }, url })}
          />
          <TextField
            label="Name"
            isRequired
            isMono
            value={draft.name}
            onChange={(name) => onDraft({ ...draft, name })}
            placeholder="data-warehouse"
            description="Short, of a-z, 0-9 and -: what code uses. It does not change."
            error={errorOf('name')}
          />
        </>
      )}
      <TextField
        label="Title"
        value={draft.title}
        onChange={(title) => onDraft({ ...draft, title })}
        placeholder="Data Warehouse"
        description="What people read."
        error={errorOf('title')}
      />
      <fieldset className="group">
        <legend>{kind.title}</legend>
        <SchemaForm
          schema={kind.config}
          value={draft.config}
          onChange={(config) => onDraft({ ...draft, config })}
          problems={new Map([...problemsBelow(errors, '/body/config'), ...found.config])}
        />
      </fieldset>
      {credentialFields > 0 && (
        <fieldset className="group">
          <legend>Credential</legend>
          <p className="hint">
            It goes in and never comes out.{' '}
            {saved?.hasCredential &&
              draft.credential === undefined &&
              'One is kept; it stays unless you type another. '}
            {draft.url !== undefined && 'The one of the pasted URL is taken. '}
            Instead of a value, <code>org/KEY</code> or a parameter’s path refers to a secret.
          </p>
          <SchemaForm
            schema={kind.credential}
            value={draft.credential}
            onChange={(next) =>
              onDraft({ ...draft, credential: Object.keys(next as object).length === 0 ? undefined : next })
            }
            problems={new Map([...problemsBelow(errors, '/body/credential'), ...found.credential])}
          />
        </fieldset>
      )}
      {kind.capabilities.includes('tables') && (
        <Switch
          label="Readers may run their own SQL"
          isSelected={draft.allowQuery}
          onChange={(allowQuery) => onDraft({ ...draft, allowQuery })}
          description="Reading statements alone, with the rights of this login."
        />
      )}
      {kind.writes !== null && (
        <Switch
          label="Exporters may write"
          isSelected={draft.allowWrite}
          onChange={(allowWrite) => onDraft({ ...draft, allowWrite })}
          description="Datasets are written to what is behind it, with the rights of this login."
        />
      )}
      <TextField
        label="Connections at once"
        value={draft.budget}
        onChange={(budget) => onDraft({ ...draft, budget: budget.replace(/\D/g, '') })}
        error={errorOf('budget')}
      />
      {check.data && <Stages check={check.data} />}
      {problem && <ProblemCard problem={problem} />}
      <div className="row-actions">
        <Button type="submit" variant="primary" isDisabled={save.isPending || (!saved && draft.name === '')}>
          {save.isPending ? 'Saving…' : 'Save'}
        </Button>
        <Button icon="play" isDisabled={check.isPending} onPress={() => isGood() && check.mutate()}>
          {check.isPending ? 'Checking…' : 'Check'}
        </Button>
      </div>
    </form>
  )
}
