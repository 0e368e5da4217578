import { useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { formatBytes } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import type { KeptUpload } from './kept-uploads.ts'
import { giveUp, type UploadState, whyNot } from './use-uploads.ts'

export interface UploadListProps {
  readonly uploads: readonly UploadState[]
  readonly onRetry: (key: number) => void
  readonly onDrop: (key: number) => void
  /** Those that broke off before the page was loaded. */
  readonly brokenOff: readonly KeptUpload[]
  readonly onFile: (path: string, file: File) => void
}

/** Uploads under way, each with how far it is. */
export function UploadList({ uploads, onRetry, onDrop, brokenOff, onFile }: UploadListProps) {
  if (uploads.length + brokenOff.length === 0) return null
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
      {brokenOff.map((upload) => (
        <BrokenOff key={upload.id} upload={upload} onFile={onFile} />
      ))}
    </ul>
  )
}

function BrokenOff({ upload, onFile }: { readonly upload: KeptUpload } & Pick<UploadListProps, 'onFile'>) {
  const { id, path, size } = upload
  const [said, setSaid] = useState<string>()
  const take = async (file: File) => {
    const reason = await whyNot(upload, file)
    setSaid(reason)
    if (reason === undefined) onFile(path, file)
  }
  return (
    <li>
      <span className="clip">{path.replace(/^user\//, '')}</span>
      <span className={said === undefined ? 'quiet' : 'error'} role="status">
        {said ?? `${formatBytes(size)}; it broke off, and goes on where it ended.`}
      </span>
      <FileTrigger onSelect={(files) => files?.[0] && void take(files[0])}>
        <Button isSmall icon="upload">
          Choose the file again
        </Button>
      </FileTrigger>
      <Button variant="ghost" icon="close" isSmall label={`Give up: ${path}`} onPress={() => giveUp(id)} />
    </li>
  )
}
