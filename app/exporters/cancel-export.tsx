import { useMutation, useQueryClient } from '@tanstack/react-query'
import { headgate } from '../api/headgate.ts'
import { exportQuery } from '../api/queries.ts'
import type { Export } from '../api/types.ts'
import { say } from '../shell/toasts.tsx'
import { Button } from '../ui/button.tsx'

export interface CancelExportProps {
  readonly record: Export
  readonly isSmall?: boolean
}

/** Ends an export; nothing of it is seen where it would have been. */
export function CancelExport({ record, isSmall = false }: CancelExportProps) {
  const client = useQueryClient()
  const { id, cancelRequested } = record
  const cancel = useMutation({
    mutationFn: () => headgate.exports.cancel(id),
    onSuccess: (next) => client.setQueryData(exportQuery(id).queryKey, next),
    onError: (thrown: Error) => say(thrown.message, 'bad'),
  })
  return (
    <Button
      variant="danger"
      icon="stop"
      isSmall={isSmall}
      isDisabled={cancel.isPending || cancelRequested}
      onPress={() => cancel.mutate()}
    >
      {cancelRequested ? 'Cancelling…' : 'Cancel'}
    </Button>
  )
}
