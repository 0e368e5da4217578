import { asProblem } from '../api/problem.ts'
import { ProblemCard } from '../ui/problem-card.tsx'

/** What is shown where a page itself fails. */
export function Failure({ error }: { readonly error: unknown }) {
  return (
    <div className="page">
      <ProblemCard problem={asProblem(error)} onRetry={() => location.reload()} />
    </div>
  )
}
