import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/text-field.tsx'

export interface PasteUrlProps {
  readonly kind: string
  /** What the URL says; with `url` where a credential is in it that has to be sent along. */
  readonly onParts: (config: Readonly<Record<string, unknown>>, url: string | undefined) => void
}

/** A connection URL fills the form; its password is not shown and leaves the field at once. */
export function PasteUrl({ kind, onParts }: PasteUrlProps) {
  const [text, setText] = useState('')
  const read = useMutation({
    mutationFn: (url: string) => headgate.call('readUrl', { body: { url, kind } }),
    onSuccess: ({ config, credential }, url) => {
      onParts(config, credential.length > 0 ? url : undefined)
      setText('')
    },
  })
  return (
    <div className="paste-url">
      <TextField
        label="Paste a connection URL"
        type="password"
        value={text}
        onChange={setText}
        placeholder="postgresql://user:password@host:5432/database"
        description={
          read.data
            ? [
                'The fields below are filled.',
                read.data.credential.length > 0 && `Taken along unseen: ${read.data.credential.join(', ')}.`,
                ...read.data.notes,
              ]
                .filter(Boolean)
                .join(' ')
            : 'Or fill the fields below by hand.'
        }
        error={read.error ? asProblem(read.error).detail : undefined}
      />
      <Button isDisabled={text.trim() === '' || read.isPending} onPress={() => read.mutate(text.trim())}>
        Fill the form
      </Button>
    </div>
  )
}
