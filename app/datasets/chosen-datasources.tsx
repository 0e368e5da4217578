import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { Button } from '../ui/button.tsx'
import { ChosenBar } from '../ui/chosen-bar.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'

export interface ChosenDatasourcesProps {
  /** Their names. */
  readonly chosen: readonly string[]
  readonly onClear: () => void
}

/** Takes snapshots of the datasources that are ticked, as of one moment. */
export function ChosenDatasources({ chosen, onClear }: ChosenDatasourcesProps) {
  const navigate = useNavigate()
  const take = useMutation({
    mutationFn: () => headgate.snapshots.createTogether(chosen),
    onSuccess: ({ id }) => navigate({ to: '/groups/$id', params: { id } }),
  })
  return (
    <>
      <ChosenBar
        count={chosen.length}
        one="datasource"
        onClear={() => {
          take.reset()
          onClear()
        }}
      >
        <Button icon="camera" isSmall isDisabled={chosen.length < 2 || take.isPending} onPress={() => take.mutate()}>
          {take.isPending ? 'Beginning…' : 'Take them together'}
        </Button>
        <span className="quiet small">
          {chosen.length < 2
            ? 'Choose another to take both as of one moment.'
            : 'As of one moment: all are published, or none.'}
        </span>
      </ChosenBar>
      {chosen.length > 0 && take.error && <ProblemCard problem={asProblem(take.error)} />}
    </>
  )
}
