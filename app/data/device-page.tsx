import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { deviceQuery, meQuery } from '../api/queries.ts'
import { formatAgo } from '../lib/format.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Async } from '../ui/states.tsx'
import { TextField } from '../ui/text-field.tsx'

const route = getRouteApi('/device')

/** A device without a browser asks to be let in: who it says it is, what for, and yes or no. */
export function DevicePage() {
  const { code } = route.useSearch()
  const navigate = route.useNavigate()
  const [text, setText] = useState(code ?? '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void navigate({ search: { code: text.trim().toUpperCase() } })
  }
  return (
    <div className="page">
      <PageHeader
        title="Let a device in"
        icon="terminal"
        facts={<span>A notebook or a command line shows you a code. Type it here.</span>}
      />
      <form className="stack form" onSubmit={submit}>
        <TextField label="Code" isMono value={text} onChange={setText} placeholder="BCDF-GHJK" />
        <div className="row-actions">
          <Button type="submit" isDisabled={text.trim() === ''}>
            Go on
          </Button>
        </div>
      </form>
      {code !== undefined && <Ask key={code} code={code} />}
    </div>
  )
}

function Ask({ code }: { readonly code: string }) {
  const device = useQuery({ ...deviceQuery(code), retry: false })
  const { data: me } = useQuery(meQuery())
  const answer = useMutation({
    mutationFn: (approve: boolean) => headgate.call('answerDevice', { userCode: code, body: { approve } }),
  })
  if (answer.isSuccess)
    return (
      <p className="notice" role="status">
        {answer.variables ? 'It is let in. You can go back to it.' : 'It is refused.'}
      </p>
    )
  return (
    <Async query={device} rows={2}>
      {({ client, scopes, created }) => (
        <section className="card padded stack form" aria-label="The device">
          <h2>{client} asks to be let in as you</h2>
          <p className="quiet">
            It asked {formatAgo(created)} and would be {me?.id ?? 'you'}, for this:
          </p>
          <span className="badges">
            {scopes.map((scope) => (
              <Badge key={scope} tone={scope === 'admin' ? 'warn' : 'accent'}>
                {scope}
              </Badge>
            ))}
          </span>
          <p className="notice warn">Only if you started it yourself just now, and it shows the same code.</p>
          {answer.error && <ProblemCard problem={asProblem(answer.error)} />}
          <div className="row-actions">
            <Button variant="primary" isDisabled={answer.isPending} onPress={() => answer.mutate(true)}>
              Let it in
            </Button>
            <Button variant="danger" isDisabled={answer.isPending} onPress={() => answer.mutate(false)}>
              Refuse
            </Button>
          </div>
        </section>
      )}
    </Async>
  )
}
