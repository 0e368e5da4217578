import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { headgate } from '../api/headgate.ts'
import { meQuery } from '../api/queries.ts'
import { formatBytes, formatMoment } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { UseInCode } from '../ui/use-in-code.tsx'
import { BytesPreview } from './bytes-preview.tsx'
import { downloadFile } from './download-file.ts'
import { FileRows, RawToggle } from './file-rows.tsx'
import { fileView } from './file-type.ts'
import type { TableView } from './table-view.ts'

export interface FilePreviewProps {
  readonly source: string
  readonly path: string
  readonly rowsView: TableView
  readonly onRowsView: (view: TableView) => void
}

/** One file of a source: its facts, and what is in it. */
export function FilePreview({ source, path, rowsView, onRowsView }: FilePreviewProps) {
  const object = useMemo(() => headgate.sources.at(source).object(path), [source, path])
  const head = useQuery({
    queryKey: ['head', source, path],
    queryFn: async ({ signal }) => {
      const { headers } = await object.head({ signal })
      return { size: numberOf(headers.get('content-length')), modified: headers.get('last-modified') }
    },
  })
  const { data: me } = useQuery(meQuery())
  const { view, type } = fileView(path)
  const [isRaw, setRaw] = useState(false)
  const name = path.slice(path.lastIndexOf('/') + 1)
  return (
    <>
      <PageHeader
        title={name}
        icon="file"
        facts={
          head.data && (
            <>
              <span>{formatBytes(head.data.size)}</span>
              {head.data.modified && <span>{formatMoment(head.data.modified)}</span>}
            </>
          )
        }
        actions={
          <>
            <RawToggle path={path} isRaw={isRaw} onRaw={setRaw} />
            <UseInCode of={{ source, key: path }} view={rowsView} />
            <Button icon="download" onPress={() => void downloadFile(object)}>
              Download
            </Button>
            {me?.roles.includes('editor') && (
              <Link to="/datasources/new" search={{ connector: source, selection: { path } }} className="button plain">
                <Icon name="camera" />
                Keep snapshots
              </Link>
            )}
          </>
        }
      />
      {view === 'rows' && !isRaw ? (
        <FileRows file={object} name={path} view={rowsView} onView={onRowsView} />
      ) : (
        <BytesPreview
          key={path}
          view={view === 'rows' ? 'text' : view}
          type={type}
          name={name}
          size={head.data?.size ?? null}
          open={(range, signal) => object.open({ signal, ...(range && { headers: { range } }) })}
        />
      )}
    </>
  )
}

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text))
