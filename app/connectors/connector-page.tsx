import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { BodyOf } from '../../clients/typescript/call-types.ts'
import { etagOf } from '../../clients/typescript/transport.ts'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { connectorQuery, datasourcesQuery, kindsQuery } from '../api/queries.ts'
import type { Connector, Kind } from '../api/types.ts'
import { plural } from '../lib/format.ts'
import { say } from '../shell/toasts.tsx'
import { SourceHeader } from '../sources/source-header.tsx'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Stages } from '../ui/stages.tsx'
import { Async, Empty } from '../ui/states.tsx'
import { draftOf, valuesOf } from './connector-draft.ts'
import { ConnectorForm } from './connector-form.tsx'

const route = getRouteApi('/connectors/$name')

/** A connector for administrators: whether it works, its fields, and what depends on it. */
export function ConnectorPage() {
  const { name } = route.useParams()
  const connector = useQuery(connectorQuery(name))
  const kinds = useQuery(kindsQuery())
  return (
    <div className="page">
      <SourceHeader source={name} />
      <Async query={connector}>
        {(found) => (
          <Async query={kinds}>
            {(all) => {
              const kind = all.find(({ kind }) => kind === found.kind)
              if (!kind) return <Empty icon="warning" title={`The kind ${found.kind} is not there any more`} />
              return <Whole key={`${found.uid} ${found.updated}`} connector={found} kind={kind} />
            }}
          </Async>
        )}
      </Async>
    </div>
  )
}

function Whole({ connector, kind }: { readonly connector: Connector; readonly kind: Kind }) {
  const { name, title, hasCredential } = connector
  const client = useQueryClient()
  const navigate = route.useNavigate()
  const [draft, setDraft] = useState(() => draftOf(connector))
  const [ifMatch] = useState(() => etagOf(connector))
  const check = useMutation({ mutationFn: () => headgate.connectors.check(name, 20_000) })
  const users = useQuery(datasourcesQuery(name))
  const used = users.data ?? []
  return (
    <div className="two-panes wide-left">
      <div className="stack">
        <h2>Configuration</h2>
        <ConnectorForm
          kind={kind}
          draft={draft}
          onDraft={setDraft}
          saved={{ name, hasCredential }}
          onSave={async ({ title, allowQuery, allowWrite, budget }) => {
            const body = {
              ...(title && { title }),
              ...valuesOf(draft),
              allowQuery,
              allowWrite,
              ...(budget && { budget: Number(budget) }),
            }
            await headgate.connectors.update(name, body as BodyOf<'updateConnector'>, { ifMatch })
            say('The connector is saved.')
            for (const key of ['connectors', 'sources']) await client.invalidateQueries({ queryKey: [key] })
            for (const key of ['connector', 'source', 'tables'])
              await client.invalidateQueries({ queryKey: [key, name] })
          }}
        />
      </div>
      <div className="stack">
        <section>
          <h2>Does it work?</h2>
          <div className="row-actions">
            <Button icon="play" isDisabled={check.isPending} onPress={() => check.mutate()}>
              {check.isPending ? 'Checking…' : 'Check what is saved'}
            </Button>
          </div>
          {check.error && <ProblemCard problem={asProblem(check.error)} />}
          {check.data && <Stages check={check.data} />}
        </section>
        <section>
          <h2>Used by</h2>
          {used.length === 0 ? (
            <p className="quiet">No datasource uses it.</p>
          ) : (
            <ul className="list">
              {used.map(({ uid, name, title }) => (
                <li key={uid}>
                  <Link to="/datasources/$name" params={{ name }}>
                    {title}
                  </Link>
                  <code className="quiet">{name}</code>
                </li>
              ))}
            </ul>
          )}
        </section>
        <section>
          <h2>Delete</h2>
          <div>
            <Confirm
              button={{ variant: 'danger', icon: 'trash', children: 'Delete the connector' }}
              title={`Delete ${title}?`}
              action={used.length === 0 ? 'Delete' : `Delete it with ${plural(used.length, 'datasource')}`}
              typed={name}
              onConfirm={async () => {
                for (const datasource of used)
                  await headgate.datasources.delete(datasource.name, { ifMatch: etagOf(datasource) })
                await headgate.connectors.delete(name, { ifMatch })
                for (const key of ['connectors', 'sources', 'datasources'])
                  await client.invalidateQueries({ queryKey: [key] })
                await navigate({ to: '/connectors' })
              }}
            >
              Its credential goes with it.{' '}
              {used.length > 0 &&
                `So do its datasources (${used.map(({ name }) => name).join(', ')}); their datasets and versions stay.`}
            </Confirm>
          </div>
        </section>
      </div>
    </div>
  )
}
