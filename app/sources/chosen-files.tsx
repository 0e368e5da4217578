import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { headgate } from '../api/headgate.ts'
import { meQuery } from '../api/queries.ts'
import { plural } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { ChosenBar } from '../ui/chosen-bar.tsx'
import { Icon } from '../ui/icon.tsx'
import { downloadFile } from './download-file.ts'
import { globOf } from './glob-of.ts'

export interface ChosenFilesProps {
  readonly source: string
  /** Empty, or with `/` at its end. */
  readonly folder: string
  /** Keys of files of the folder. */
  readonly chosen: readonly string[]
  /** All that are known to be there. */
  readonly all: readonly string[]
  readonly onClear: () => void
}

/** What can be done with the files of a source that are ticked. */
export function ChosenFiles({ source, folder, chosen, all, onClear }: ChosenFilesProps) {
  const { data: me } = useQuery(meQuery())
  const selection = chosen.length === 1 ? { path: chosen[0] } : { glob: globOf(folder, chosen, all) }
  return (
    <ChosenBar count={chosen.length} one="file" onClear={onClear}>
      <Button
        icon="download"
        isSmall
        onPress={async () => {
          for (const key of chosen) await downloadFile(headgate.sources.at(source).object(key))
        }}
      >
        Download {plural(chosen.length, 'file')}
      </Button>
      {me?.roles.includes('editor') && (
        <Link to="/datasources/new" search={{ connector: source, selection }} className="button plain small">
          <Icon name="camera" />
          Keep snapshots of them
        </Link>
      )}
    </ChosenBar>
  )
}
