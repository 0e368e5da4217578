import type { Snapshot } from '../api/types.ts'
import { Badge, type Tone } from './badge.tsx'

const tones: Readonly<Record<Snapshot['state'], Tone>> = {
  pending: 'plain',
  running: 'accent',
  done: 'good',
  failed: 'bad',
  cancelled: 'warn',
  skipped: 'plain',
}

export function StateBadge({ state }: { readonly state: Snapshot['state'] }) {
  return <Badge tone={tones[state]}>{state}</Badge>
}
