import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { BodyOf } from '../../clients/typescript/call-types.ts'
import { headgate } from '../api/headgate.ts'
import { kindsQuery } from '../api/queries.ts'
import type { Kind } from '../api/types.ts'
import { say } from '../shell/toasts.tsx'
import { kindIcon } from '../sources/kind-icon.ts'
import { Badge } from '../ui/badge.tsx'
import { Icon } from '../ui/icon.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Async } from '../ui/states.tsx'
import { newDraft, valuesOf } from './connector-draft.ts'
import { ConnectorForm } from './connector-form.tsx'

const route = getRouteApi('/connectors/new')

/** First the kind, then the kind's own fields. */
export function NewConnectorPage() {
  const { kind: wanted } = route.useSearch()
  const kinds = useQuery(kindsQuery())
  return (
    <div className="page">
      <PageHeader title="New connector" icon="plug" facts={<span>What is it that you want to read?</span>} />
      <Async query={kinds} rows={4}>
        {(all) => {
          const kind = all.find(({ kind }) => kind === wanted)
          return (
            <>
              <ul className="cards kinds" aria-label="Kinds">
                {all.map((each) => (
                  <li key={each.kind} className={each === kind ? 'card source-card chosen' : 'card source-card'}>
                    <div className="page-icon">
                      <Icon name={kindIcon(each)} size={20} />
                    </div>
                    <div className="card-text">
                      <Link
                        to="/connectors/new"
                        search={{ kind: each.kind }}
                        className="card-link"
                        {...(each === kind && { 'aria-current': 'true' as const })}
                      >
                        {each.title}
                      </Link>
                      <span className="badges">
                        {each.capabilities.map((capability) => (
                          <Badge key={capability}>{capability}</Badge>
                        ))}
                      </span>
                    </div>
                  </li>
                ))}
              </ul>
              {kind && <NewConnector key={kind.kind} kind={kind} />}
            </>
          )
        }}
      </Async>
    </div>
  )
}

function NewConnector({ kind }: { readonly kind: Kind }) {
  const navigate = route.useNavigate()
  const client = useQueryClient()
  const [draft, setDraft] = useState(() => newDraft(kind))
  return (
    <ConnectorForm
      kind={kind}
      draft={draft}
      onDraft={setDraft}
      onSave={async ({ name, title, allowQuery, allowWrite, budget }) => {
        const body = {
          name,
          kind: kind.kind,
          ...(title && { title }),
          ...valuesOf(draft),
          allowQuery,
          allowWrite,
          ...(budget && { budget: Number(budget) }),
        }
        const { notes = [] } = await headgate.connectors.create(body as BodyOf<'createConnector'>)
        for (const note of notes) say(note)
        await client.invalidateQueries({ queryKey: ['sources'] })
        await client.invalidateQueries({ queryKey: ['connectors'] })
        await navigate({ to: '/connectors/$name', params: { name } })
      }}
    />
  )
}
