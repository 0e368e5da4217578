import { useQueryClient } from '@tanstack/react-query'
import { headgate } from '../api/headgate.ts'
import type { ObjectItem } from '../api/types.ts'
import { plural } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { downloadOwn } from './download-own.ts'

export interface ChosenBarProps {
  readonly chosen: readonly ObjectItem[]
  readonly onClear: () => void
}

/** What can be done with the files and folders that are ticked. */
export function ChosenBar({ chosen, onClear }: ChosenBarProps) {
  const client = useQueryClient()
  const files = chosen.filter(({ isFolder }) => !isFolder)
  if (chosen.length === 0) return null
  return (
    <div className="row-actions" role="group" aria-label="What is chosen">
      <span role="status">{plural(chosen.length, 'item')} chosen</span>
      {files.length > 0 && (
        <Button
          icon="download"
          isSmall
          onPress={async () => {
            for (const { name } of files) await downloadOwn(name)
          }}
        >
          Download {plural(files.length, 'file')}
        </Button>
      )}
      <Confirm
        button={{ variant: 'danger', icon: 'trash', isSmall: true, children: 'Delete what is chosen' }}
        title={`Delete ${plural(chosen.length, 'item')}?`}
        action="Delete"
        onConfirm={async () => {
          try {
            for (const { name, isFolder } of chosen)
              await headgate.objects.delete(`user/${name}`.replace(/\/$/, ''), { recursive: isFolder })
            onClear()
          } finally {
            await client.invalidateQueries({ queryKey: ['own'] })
          }
        }}
      >
        Everything in the folders among them goes too, for good.
      </Confirm>
      <Button variant="ghost" isSmall onPress={onClear}>
        Choose none
      </Button>
    </div>
  )
}
