import { formatBytes } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import type { UploadState } from './use-uploads.ts'

export interface UploadListProps {
  readonly uploads: readonly UploadState[]
  readonly onRetry: (key: number) => void
  readonly onDrop: (key: number) => void
}

/** Uploads under way, each with how far it is. */
export function UploadList({ uploads, onRetry, onDrop }: UploadListProps) {
  if (uploads.length === 0) return null
  return (
    <ul className="list uploads" aria-label="Uploads">
      {uploads.map(({ key, path, done, total, state, said }) => (
        <li key={key}>
          <span className="clip">{path.replace(/^user\//, '')}</span>
          <progress className="progress" max={Math.max(1, total)} value={done} aria-label={`Upload of ${path}`} />
          <span className="number quiet">
            {state === 'done' ? formatBytes(total) : `${formatBytes(done)} of ${formatBytes(total)}`}
          </span>
          {state === 'broken' && (
            <>
              <span className="error">{said}</span>
              <Button isSmall icon="refresh" onPress={() => onRetry(key)}>
                Go on
              </Button>
            </>
          )}
          <Button
            variant="ghost"
            icon={state === 'done' ? 'check' : 'close'}
            isSmall
            label={state === 'done' ? `Done: ${path}` : `Give up: ${path}`}
            onPress={() => onDrop(key)}
          />
        </li>
      ))}
    </ul>
  )
}
