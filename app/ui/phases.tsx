import { Icon } from './icon.tsx'

export interface PhasesProps {
  /** The steps with what is read of each, in order; the last of them is `ended`. */
  readonly of: readonly (readonly [phase: string, label: string])[]
  readonly phase: string
  readonly state: string
}

/** The steps of a run, and the one that it is at. */
export function Phases({ of, phase, state }: PhasesProps) {
  const isBad = state === 'failed' || state === 'cancelled'
  const at = of.findIndex(([name]) => name === phase)
  const last = { failed: 'Failed', cancelled: 'Cancelled', skipped: 'Skipped' }[state]
  return (
    <ol className="phases" aria-label="Phases">
      {of.map(([name, label], i) => {
        // Which steps a run came past that did not end well, its record does not say.
        const isPast = phase === 'ended' ? !isBad || i === at : i < at
        const isHere = i === at && phase !== 'ended'
        return (
          <li
            key={name}
            className={[isPast && 'past', isHere && 'here', isBad && name === 'ended' && 'bad']
              .filter(Boolean)
              .join(' ')}
            {...(isHere && { 'aria-current': 'step' as const })}
          >
            <span className="phase-dot">
              {isPast && <Icon name={isBad && name === 'ended' ? 'close' : 'check'} size={11} />}
            </span>
            {name === 'ended' ? (last ?? label) : label}
          </li>
        )
      })}
    </ol>
  )
}
