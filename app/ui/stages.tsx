import type { Check } from '../api/types.ts'
import { Badge } from './badge.tsx'
import { Icon } from './icon.tsx'

const names: Readonly<Record<string, string>> = {
  resolve: 'Name',
  connect: 'Connection',
  tls: 'Encryption',
  login: 'Login',
  permission: 'Permission',
  sample: 'Sample',
}

const statuses = {
  VALID_CONNECTION: ['good', 'It works'],
  BAD_CREDENTIALS: ['bad', 'It is not let in'],
  NO_CONNECTION: ['bad', 'Nobody answers'],
} as const

/** The stages of a check in the order taken: how long each took, and what to do where one failed. */
export function Stages({ check }: { readonly check: Check }) {
  const [tone, text] = statuses[check.status]
  return (
    <section className="stages" aria-label="The check" aria-live="polite">
      <Badge tone={tone}>{text}</Badge>
      <ol>
        {check.stages.map(({ name, ok, ms, detail, hint }) => (
          <li key={name} className={ok ? 'stage' : 'stage bad'}>
            <span className="stage-mark">
              <Icon name={ok ? 'check' : 'close'} size={13} />
            </span>
            <span className="stage-name">{names[name] ?? name}</span>
            <span className="stage-text">
              {detail}
              {hint && <span className="stage-hint">{hint}</span>}
            </span>
            <span className="number quiet">{Math.round(ms)} ms</span>
          </li>
        ))}
      </ol>
      {check.warnings.map((warning) => (
        <p key={warning} className="notice warn">
          {warning}
        </p>
      ))}
    </section>
  )
}
