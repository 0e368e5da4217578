import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { meQuery, tablesQuery } from '../api/queries.ts'
import { rowsInMemory } from '../grid/rows-in-memory.ts'
import { RowsView } from '../grid/rows-view.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Loading } from '../ui/states.tsx'
import { TextField } from '../ui/text-field.tsx'
import { UseInCode } from '../ui/use-in-code.tsx'
import { SourceHeader } from './source-header.tsx'

const route = getRouteApi('/sources/$source/query')

/** Rows that a query shows at most. */
const limit = 5000

/** A reading query of one's own. The one that was run is in the address. */
export function QueryPage() {
  const { source } = route.useParams()
  const { sql } = route.useSearch()
  const navigate = route.useNavigate()
  const { data: tables = [] } = useQuery(tablesQuery(source))
  const { data: me } = useQuery(meQuery())
  const [draft, setDraft] = useState(sql ?? '')
  const result = useQuery({
    queryKey: ['query', source, sql],
    enabled: sql !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    queryFn: ({ signal }) => headgate.sources.at(source).query(sql!).page({ limit }, undefined, { signal }),
  })
  const run = () => {
    if (draft.trim() === '') return
    if (draft === sql) void result.refetch()
    else void navigate({ search: { sql: draft } })
  }
  const example = `select * from ${tables[0]?.table ?? 'a_table'} limit 100`
  return (
    <div className="page wide">
      <SourceHeader source={source} />
      <div
        className="query-editor"
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          run()
        }}
      >
        <TextField label="SQL that reads" value={draft} onChange={setDraft} rows={5} isMono placeholder={example} />
        <div className="row-actions">
          <Button variant="primary" icon="play" onPress={run} isDisabled={draft.trim() === ''}>
            Run
          </Button>
          <kbd className="quiet">Ctrl Enter</kbd>
          {sql !== undefined && (
            <>
              <UseInCode of={{ source, sql }} />
              {me?.roles.includes('editor') && (
                <Link to="/datasources/new" search={{ connector: source, selection: { sql } }} className="button plain">
                  <Icon name="camera" />
                  Keep snapshots
                </Link>
              )}
            </>
          )}
        </div>
      </div>
      {result.error && <ProblemCard problem={asProblem(result.error)} onRetry={() => void result.refetch()} />}
      {sql !== undefined && result.isFetching && <Loading rows={8} label="The query runs" />}
      {result.data && !result.isFetching && <QueryRows rows={result.data} />}
      {result.data && result.data.rows.length >= limit && (
        <p className="notice">These are the first {limit} rows. A program gets them all: see Use in code.</p>
      )}
    </div>
  )
}

function QueryRows({ rows }: { readonly rows: Parameters<typeof rowsInMemory>[0] }) {
  const read = useMemo(() => rowsInMemory(rows), [rows])
  return <RowsView label="Rows of the query" read={read} view={{}} total={rows.rows.length} />
}
