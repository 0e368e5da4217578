import { useQuery } from '@tanstack/react-query'
import { Navigate, useParams } from '@tanstack/react-router'
import { sourceQuery } from '../api/queries.ts'
import { Async, Empty } from '../ui/states.tsx'

/** Contents first: to the operations where there are some, or else the tables, or else the files. */
export function SourcePage() {
  const { source: name = '' } = useParams({ strict: false })
  const source = useQuery(sourceQuery(name))
  return (
    <div className="page">
      <Async query={source}>
        {({ capabilities }) => {
          const params = { source: name }
          if (capabilities.includes('operations'))
            return <Navigate to="/sources/$source/operations" params={params} replace />
          if (capabilities.includes('tables')) return <Navigate to="/sources/$source/tables" params={params} replace />
          if (capabilities.includes('objects')) return <Navigate to="/sources/$source/files" params={params} replace />
          return <Empty icon="plug" title="This source offers nothing" />
        }}
      </Async>
    </div>
  )
}
