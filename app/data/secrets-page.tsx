import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { meQuery, secretsQuery } from '../api/queries.ts'
import { formatAgo } from '../lib/format.ts'
import { say } from '../shell/toasts.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Deeds, deeds, Listed } from '../ui/listing.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Empty } from '../ui/states.tsx'
import { Switch } from '../ui/switch.tsx'
import { TextField } from '../ui/text-field.tsx'

type Scope = 'user' | 'org'

/** Values go in and never come out: who set them when, and what uses them. */
export function SecretsPage() {
  const secrets = useQuery(secretsQuery())
  const client = useQueryClient()
  const { data: me } = useQuery(meQuery())
  const isAdmin = me?.roles.includes('admin') ?? false
  const [scope, setScope] = useState<Scope>('user')
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  const [mask, setMask] = useState(true)
  const put = useMutation({
    mutationFn: () => headgate.secrets.put(scope, key, value, { mask }),
    onSuccess: async () => {
      say(`${key} is kept.`)
      setKey('')
      setValue('')
      await client.invalidateQueries({ queryKey: ['secrets'] })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    put.mutate()
  }
  return (
    <div className="page">
      <PageHeader
        title="Secrets"
        icon="lock"
        facts={<span>Values for your own code. They go in and never come out.</span>}
      />
      <div className="two-panes wide-left">
        <Listed
          query={secrets}
          empty={
            <Empty
              icon="lock"
              title="No secret is kept yet"
              cli="headgate secrets set user WAREHOUSE_TOKEN"
              python="hg.secrets.put('WAREHOUSE_TOKEN', value)"
            >
              Your code finds a secret in the environment variable of its name.
            </Empty>
          }
          heads={['Name', 'Used by', { number: 'Set' }, deeds]}
          row={({ scope, key, updated, updatedBy, usedBy, mask }) => (
            <tr key={`${scope}/${key}`}>
              <td>
                <code>{key}</code> <Badge tone={scope === 'org' ? 'accent' : 'plain'}>{scope}</Badge>{' '}
                {!mask && <Badge tone="warn">not masked</Badge>}
              </td>
              <td className="quiet">{usedBy.length === 0 ? '–' : usedBy.join(', ')}</td>
              <td className="number quiet" title={`by ${updatedBy}`}>
                {formatAgo(updated)}
              </td>
              <Deeds>
                {(scope === 'user' || isAdmin) && (
                  <>
                    <Button
                      variant="ghost"
                      icon="refresh"
                      isSmall
                      label={`Replace ${key}`}
                      onPress={() => {
                        setScope(scope)
                        setKey(key)
                      }}
                    />
                    <Confirm
                      button={{ variant: 'ghost', icon: 'trash', isSmall: true, label: `Delete ${key}` }}
                      title={`Delete ${key}?`}
                      action="Delete"
                      onConfirm={async () => {
                        await headgate.secrets.delete(scope, key)
                        await client.invalidateQueries({ queryKey: ['secrets'] })
                      }}
                    >
                      {usedBy.length > 0
                        ? `Its value is gone then. These connectors will not log in any more: ${usedBy.join(', ')}.`
                        : 'Its value is gone then, for good.'}
                    </Confirm>
                  </>
                )}
              </Deeds>
            </tr>
          )}
        />
        <form className="stack form card padded" onSubmit={submit} noValidate>
          <h2>Keep a secret</h2>
          <Choice
            label="Whose"
            value={scope}
            onChange={(next) => setScope(next as Scope)}
            options={[['user', 'Mine'], ...(isAdmin ? [['org', 'The organisation’s'] as const] : [])]}
          />
          <TextField label="Name" isRequired isMono value={key} onChange={setKey} placeholder="WAREHOUSE_TOKEN" />
          <TextField label="Value" isRequired type="password" value={value} onChange={setValue} />
          <Switch label="Mask it where a run prints it" isSelected={mask} onChange={setMask} />
          {put.error && <ProblemCard problem={asProblem(put.error)} />}
          <div className="row-actions">
            <Button type="submit" variant="primary" isDisabled={key === '' || value === '' || put.isPending}>
              Keep
            </Button>
          </div>
        </form>
      </div>
    </div>
  )
}
