import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { datasourcesQuery, schedulesQuery, sourceQuery } from '../api/queries.ts'
import type { Datasource } from '../api/types.ts'
import { Checkboxes } from '../ui/checkboxes.tsx'

export interface TakenTogetherProps {
  readonly datasource: Datasource
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
}

/** Which others a schedule takes as of the same moment: there is a choice where tables belong together. */
export function TakenTogether({ datasource: { name, connector }, chosen, onChange }: TakenTogetherProps) {
  const { data: source } = useQuery(sourceQuery(connector))
  const { data: all = [] } = useQuery(datasourcesQuery(connector))
  const names = all.filter((each) => each.name !== name && each.strategy === 'full').map((each) => each.name)
  const options = [...new Set([...chosen, ...names])].sort()
  if (options.length === 0 || (chosen.length === 0 && !source?.capabilities.includes('tables'))) return null
  return (
    <Checkboxes
      label="Taken with it, as of one moment"
      options={options}
      chosen={chosen}
      onChange={onChange}
      description="They become versions at once, or none of them does."
    />
  )
}

/** The schedules of others that take a datasource too. */
export function TakenBy({ name }: { readonly name: string }) {
  const { data: found = [] } = useQuery(schedulesQuery(name))
  const others = found.filter((each) => each.datasource !== name)
  return others.map(({ datasource, words }) => (
    <p key={datasource} className="notice">
      The schedule of{' '}
      <Link to="/datasources/$name" params={{ name: datasource }} search={{ tab: 'schedule' }}>
        {datasource}
      </Link>{' '}
      takes it too: {words}
    </p>
  ))
}
