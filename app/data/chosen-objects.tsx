import { useQueryClient } from '@tanstack/react-query'
import { headgate } from '../api/headgate.ts'
import type { ObjectItem } from '../api/types.ts'
import { plural } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { ChosenBar } from '../ui/chosen-bar.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { downloadOwn } from './download-own.ts'

export interface ChosenObjectsProps {
  readonly chosen: readonly ObjectItem[]
  readonly onClear: () => void
}

/** What can be done with the files and folders of one's own that are ticked. */
export function ChosenObjects({ chosen, onClear }: ChosenObjectsProps) {
  const client = useQueryClient()
  const files = chosen.filter(({ isFolder }) => !isFolder)
  return (
    <ChosenBar count={chosen.length} one="item" onClear={onClear}>
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
    </ChosenBar>
  )
}
