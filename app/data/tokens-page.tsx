import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { meQuery, tokensQuery } from '../api/queries.ts'
import type { Scope } from '../api/types.ts'
import { formatAgo, formatMoment } from '../lib/format.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Checkboxes } from '../ui/checkboxes.tsx'
import { CodeLine } from '../ui/code-line.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Deeds, deeds, Listed } from '../ui/listing.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Empty } from '../ui/states.tsx'
import { TextField } from '../ui/text-field.tsx'

/** Tokens for notebooks, jobs and the command line. One is shown once, when it is made. */
export function TokensPage() {
  const tokens = useQuery(tokensQuery())
  const { data: me } = useQuery(meQuery())
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [days, setDays] = useState('90')
  const [scopes, setScopes] = useState<readonly string[]>(['read'])
  const create = useMutation({
    mutationFn: () => headgate.tokens.create({ name, scopes: scopes as Scope[], ...(days && { days: Number(days) }) }),
    onSuccess: async () => {
      setName('')
      await client.invalidateQueries({ queryKey: ['tokens'] })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <div className="page">
      <PageHeader
        title="Tokens"
        icon="key"
        facts={<span>For notebooks, jobs and the command line. Each can do no more than you.</span>}
      />
      <div className="two-panes wide-left">
        <Listed
          query={tokens}
          empty={
            <Empty icon="key" title="You have no token yet" cli="headgate login" python="hg = headgate.login()">
              From a notebook, <code>headgate.login()</code> shows a code that you approve here.
            </Empty>
          }
          heads={['Token', 'Good for', { number: 'Used' }, { number: 'Ends' }, deeds]}
          row={({ id, name, scopes, connectors, expires, lastUsed }) => (
            <tr key={id}>
              <td>{name}</td>
              <td>
                <span className="badges">
                  {scopes.map((scope) => (
                    <Badge key={scope}>{scope}</Badge>
                  ))}
                  {connectors && <span className="quiet small">only {connectors.join(', ')}</span>}
                </span>
              </td>
              <td className="number quiet">{lastUsed === null ? 'never' : formatAgo(lastUsed)}</td>
              <td className="number quiet">{formatMoment(expires)}</td>
              <Deeds>
                <Confirm
                  button={{ variant: 'ghost', icon: 'trash', isSmall: true, label: `Revoke ${name}` }}
                  title={`Revoke ${name}?`}
                  action="Revoke"
                  onConfirm={async () => {
                    await headgate.tokens.delete(id)
                    await client.invalidateQueries({ queryKey: ['tokens'] })
                  }}
                >
                  Within a minute it lets nobody in.
                </Confirm>
              </Deeds>
            </tr>
          )}
        />
        <form className="stack form card padded" onSubmit={submit} noValidate>
          <h2>Make a token</h2>
          <TextField label="What for" isRequired value={name} onChange={setName} placeholder="nightly job" />
          <Checkboxes label="Good for" options={me?.scopes ?? ['read']} chosen={scopes} onChange={setScopes} />
          <TextField
            label="Days"
            value={days}
            onChange={(text) => setDays(text.replace(/\D/g, ''))}
            description="At most 365."
          />
          {create.error && <ProblemCard problem={asProblem(create.error)} />}
          {create.data && (
            <div className="notice" role="status">
              <p>Keep it now: it is not shown again.</p>
              <CodeLine label="Token" text={create.data.token} />
            </div>
          )}
          <div className="row-actions">
            <Button
              type="submit"
              variant="primary"
              isDisabled={name.trim() === '' || scopes.length === 0 || create.isPending}
            >
              Make
            </Button>
          </div>
        </form>
      </div>
    </div>
  )
}
