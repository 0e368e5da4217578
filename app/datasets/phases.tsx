import type { Snapshot } from '../api/types.ts'
import { Icon } from '../ui/icon.tsx'

const phases = [
  ['queued', 'Queued'],
  ['planning', 'Planning'],
  ['extracting', 'Copying'],
  ['publishing', 'Publishing'],
  ['ended', 'Done'],
] as const

/** The steps of a snapshot, and the one that it is at. */
export function Phases({ snapshot }: { readonly snapshot: Snapshot }) {
  const { phase, state } = snapshot
  const isBad = state === 'failed' || state === 'cancelled'
  const at = phases.findIndex(([name]) => name === phase)
  const last = { failed: 'Failed', cancelled: 'Cancelled', skipped: 'Skipped' }[state as string] ?? 'Done'
  return (
    <ol className="phases" aria-label="Phases">
      {phases.map(([name, label], i) => {
        const isPast = i < at || (i === at && phase === 'ended')
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
            {name === 'ended' ? last : label}
          </li>
        )
      })}
    </ol>
  )
}
