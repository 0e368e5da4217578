import { useMutation } from '@tanstack/react-query'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Stages } from '../ui/stages.tsx'

/** Whether a snapshot could read it now, stage by stage, and what it would read. */
export function DatasourceCheck({ name }: { readonly name: string }) {
  const check = useMutation({ mutationFn: () => headgate.datasources.check(name, 20_000) })
  return (
    <div className="stack">
      <div className="row-actions">
        <Button icon="play" isDisabled={check.isPending} onPress={() => check.mutate()}>
          {check.isPending ? 'Checking…' : 'Check'}
        </Button>
        <span className="quiet">Whether a snapshot could be taken now. Nothing is kept.</span>
      </div>
      {check.error && <ProblemCard problem={asProblem(check.error)} />}
      {check.data && <Stages check={check.data} />}
      {check.data?.columns && (
        <ul className="list" aria-label="Columns">
          {check.data.columns.map(({ name, type, nativeType }) => (
            <li key={name}>
              <code>{name}</code>
              <Badge>{type}</Badge>
              <span className="quiet small">{nativeType}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
