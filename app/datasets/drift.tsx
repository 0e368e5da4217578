import type { SchemaChange } from '../api/types.ts'
import { Badge, type Tone } from '../ui/badge.tsx'

const tones: Readonly<Record<SchemaChange['change'], Tone>> = {
  added: 'good',
  dropped: 'bad',
  type: 'warn',
  nullable: 'plain',
  reordered: 'plain',
}

/** How columns changed, one a line. */
export function DriftList({ changes }: { readonly changes: readonly SchemaChange[] }) {
  return (
    <ul className="list">
      {changes.map((change) => (
        <li key={JSON.stringify(change)}>
          <Badge tone={tones[change.change]}>{change.change}</Badge>
          <code>{change.column}</code>
          <span className="quiet">{describeChange(change)}</span>
        </li>
      ))}
    </ul>
  )
}

function describeChange(change: SchemaChange): string {
  switch (change.change) {
    case 'added':
    case 'dropped':
      return `${change.nativeType} (${change.type})${change.nullable ? '' : ', never NULL'}`
    case 'type':
      return `${change.from.nativeType} (${change.from.type}) → ${change.to.nativeType} (${change.to.type})`
    case 'nullable':
      return change.to ? 'may be NULL now' : 'is never NULL now'
    case 'reordered':
      return `place ${change.from + 1} → ${change.to + 1}`
  }
}
