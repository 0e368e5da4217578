import type { ShownProblem } from '../api/problem.ts'
import { copyText } from '../lib/copy-text.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

export interface ProblemCardProps {
  readonly problem: ShownProblem
  readonly onRetry?: () => void
}

/** A failure: what happened, what to do about it, and what to send to whom can help. */
export function ProblemCard({ problem, onRetry }: ProblemCardProps) {
  const { title, detail, hint, code, requestId, status, errors } = problem
  const others = errors.filter((each) => each.detail !== detail)
  const details = JSON.stringify({ code, status, title, detail, hint, requestId, page: location.href }, null, 2)
  return (
    <section className="problem" role="alert" aria-label={title}>
      <div className="problem-icon">
        <Icon name="warning" size={18} />
      </div>
      <div className="problem-text">
        <h2>{title}</h2>
        <p>{detail}</p>
        {others.length > 0 && (
          <ul>
            {others.map(({ pointer, detail }) => (
              <li key={`${pointer} ${detail}`}>
                <code>{pointer}</code> {detail}
              </li>
            ))}
          </ul>
        )}
        {hint && <p className="problem-hint">{hint}</p>}
        <div className="row-actions">
          {onRetry && (
            <Button icon="refresh" isSmall onPress={onRetry}>
              Try again
            </Button>
          )}
          <Button icon="copy" isSmall variant="ghost" onPress={() => void copyText(details, 'The details')}>
            Copy details
          </Button>
          {status > 0 && (
            <a
              className="quiet small"
              href={`/docs/problems#${encodeURIComponent(code)}`}
              target="_blank"
              rel="noreferrer"
            >
              About <code>{code}</code>
            </a>
          )}
          {requestId && <span className="quiet small mono">request {requestId}</span>}
        </div>
      </div>
    </section>
  )
}
