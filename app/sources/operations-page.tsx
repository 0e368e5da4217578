import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { operationsQuery } from '../api/queries.ts'
import type { SourceOperation } from '../api/types.ts'
import { Badge } from '../ui/badge.tsx'
import { Async, Empty } from '../ui/states.tsx'
import { TextField } from '../ui/text-field.tsx'
import { OperationPanel } from './operation-panel.tsx'
import { SourceHeader } from './source-header.tsx'

/** The operations of an API by their tags, and the one that was chosen. */
export function OperationsPage() {
  const { source = '' } = useParams({ strict: false })
  const search = useSearch({ strict: false })
  const operations = useQuery(operationsQuery(source))
  const [text, setText] = useState('')
  return (
    <div className="page operations-page">
      <SourceHeader source={source} />
      <Async query={operations} rows={10}>
        {(all) => {
          if (all.length === 0) return <Empty icon="api" title="This API has no operation" />
          const found = all.filter((operation) => matches(operation, text))
          return (
            <div className="two-panes">
              <nav aria-label="Operations" className="operation-list">
                <TextField
                  label="Find an operation"
                  isHiddenLabel
                  type="search"
                  value={text}
                  onChange={setText}
                  placeholder="Find an operation"
                />
                {[...Map.groupBy(found, ({ tag }) => tag)].map(([tag, group]) => (
                  <section key={tag} aria-label={tag}>
                    <h2>{tag}</h2>
                    <ul>
                      {group.map(({ operationId, method, summary, path, deprecated }) => (
                        <li key={operationId}>
                          <Link
                            to="/sources/$source/operations"
                            params={{ source }}
                            search={{ operation: operationId }}
                            className={search.operation === operationId ? 'operation-link here' : 'operation-link'}
                          >
                            <span className={`method ${method.toLowerCase()}`}>{method}</span>
                            <span>
                              <span className="operation-id">{operationId}</span>
                              <span className="quiet small">{summary || path}</span>
                            </span>
                            {deprecated && <Badge tone="warn">deprecated</Badge>}
                          </Link>
                        </li>
                      ))}
                    </ul>
                  </section>
                ))}
                {found.length === 0 && <p className="quiet">No operation is like that.</p>}
              </nav>
              {search.operation === undefined ? (
                <Empty icon="play" title="Choose an operation">
                  It is run by the server, with the credential of the connector: the browser never sees it.
                </Empty>
              ) : (
                <OperationPanel key={search.operation} source={source} operation={search.operation} />
              )}
            </div>
          )
        }}
      </Async>
    </div>
  )
}

function matches({ operationId, path, summary, tag }: SourceOperation, text: string): boolean {
  const all = `${operationId} ${path} ${summary} ${tag}`.toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}
