import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { DropZone, FileTrigger } from 'react-aria-components'
import { headgate } from '../api/headgate.ts'
import { ownObjectsQuery } from '../api/queries.ts'
import type { ObjectItem } from '../api/types.ts'
import { copyText } from '../lib/copy-text.ts'
import { formatBytes, formatMoment } from '../lib/format.ts'
import { BytesPreview } from '../sources/bytes-preview.tsx'
import { FileRows, RawToggle } from '../sources/file-rows.tsx'
import { fileView } from '../sources/file-type.ts'
import { PathCrumbs } from '../sources/path-crumbs.tsx'
import type { TableView } from '../sources/table-view.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Icon } from '../ui/icon.tsx'
import { Deeds, deeds, flat, Listed } from '../ui/listing.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Empty } from '../ui/states.tsx'
import { Tick } from '../ui/tick.tsx'
import { UseInCode } from '../ui/use-in-code.tsx'
import { useTicked } from '../ui/use-ticked.ts'
import { ChosenObjects } from './chosen-objects.tsx'
import { downloadOwn } from './download-own.ts'
import { droppedFiles } from './dropped-files.ts'
import { UploadList } from './upload-list.tsx'
import { useUploads } from './use-uploads.ts'

const route = getRouteApi('/data')

/** One's own objects: folders, and what is in a file. */
export function DataPage() {
  const { path = '', ...rowsView } = route.useSearch()
  const navigate = route.useNavigate()
  const isFolder = path === '' || path.endsWith('/')
  const crumbs = (
    <PathCrumbs
      path={path}
      root="My data"
      link={(to, label) => (
        <Link to="/data" search={to === '' ? {} : { path: to }}>
          {label}
        </Link>
      )}
    />
  )
  if (isFolder) return <Folder key={path} prefix={path} crumbs={crumbs} />
  return (
    <OwnFile
      key={path}
      path={path}
      crumbs={crumbs}
      rowsView={rowsView}
      onRowsView={(view) => void navigate({ search: { ...view, path } })}
    />
  )
}

interface PartProps {
  readonly crumbs: React.ReactNode
}

function Folder({ prefix, crumbs }: PartProps & { readonly prefix: string }) {
  const query = useInfiniteQuery(ownObjectsQuery(prefix))
  const { ticked, tick, clear } = useTicked()
  const list = flat(query)
  const { uploads, brokenOff, send, retry, drop } = useUploads()
  const take = (files: readonly { readonly name: string; readonly file: File }[]) => {
    for (const { name, file } of files) send(`user/${prefix}${name}`, file)
  }
  const choose = (label: string, variant: 'primary' | 'plain') => (
    <FileTrigger
      allowsMultiple
      onSelect={(files) => files && take([...files].map((file) => ({ name: file.name, file })))}
    >
      <Button variant={variant} icon="upload">
        {label}
      </Button>
    </FileTrigger>
  )
  return (
    <div className="page">
      <PageHeader
        title="My data"
        icon="folder"
        facts={<span>Files of your own, beside the sources. Only you see them.</span>}
        actions={choose('Upload', 'primary')}
      />
      {crumbs}
      <UploadList uploads={uploads} onRetry={retry} onDrop={drop} brokenOff={brokenOff} onFile={send} />
      <ChosenObjects chosen={list.data?.filter(({ name }) => ticked.has(name)) ?? []} onClear={clear} />
      <DropZone
        className="drop-zone"
        aria-label="Drop files or folders here to upload them"
        onDrop={(event) => void droppedFiles(event.items).then(take)}
      >
        <Listed
          query={list}
          pages={query}
          empty={
            <Empty
              icon="upload"
              title={prefix === '' ? 'You have no data here yet' : 'This folder is empty'}
              action={choose('Choose files', 'plain')}
              cli="headgate data put results.csv results.csv"
              python="hg.objects.user.put('results.csv', 'results.csv')"
            >
              Drop files or whole folders here. Large ones go in parts and can be resumed.
            </Empty>
          }
          heads={[{ hidden: 'Chosen' }, 'Name', { number: 'Size' }, { number: 'Modified' }, deeds]}
          row={(item) => (
            <OwnRow
              key={item.name}
              item={item}
              prefix={prefix}
              isTicked={ticked.has(item.name)}
              onTick={(is) => tick(item.name, is)}
            />
          )}
        />
      </DropZone>
    </div>
  )
}

interface OwnRowProps {
  readonly item: ObjectItem
  readonly prefix: string
  readonly isTicked: boolean
  readonly onTick: (isTicked: boolean) => void
}

function OwnRow({ item: { name, isFolder, size, modified }, prefix, isTicked, onTick }: OwnRowProps) {
  const client = useQueryClient()
  const label = name.slice(prefix.length)
  const path = `user/${name}`
  return (
    <tr>
      <td className="tick">
        <Tick label={`Choose ${label}`} isSelected={isTicked} onChange={onTick} />
      </td>
      <td>
        <Link to="/data" search={{ path: name }} className="cell-link">
          <Icon name={isFolder ? 'folder' : 'file'} />
          {label}
        </Link>
      </td>
      <td className="number">{isFolder ? '–' : formatBytes(size)}</td>
      <td className="number quiet">{formatMoment(modified)}</td>
      <Deeds>
        {!isFolder && (
          <>
            <Button
              variant="ghost"
              icon="copy"
              isSmall
              label={`Copy the address of ${label}`}
              onPress={() => void copyText(`headgate://${path}`, 'The address')}
            />
            <Button
              variant="ghost"
              icon="download"
              isSmall
              label={`Download ${label}`}
              onPress={() => void downloadOwn(name)}
            />
          </>
        )}
        <Confirm
          button={{ variant: 'ghost', icon: 'trash', isSmall: true, label: `Delete ${label}` }}
          title={`Delete ${label}?`}
          action="Delete"
          onConfirm={async () => {
            await headgate.objects.delete(path.replace(/\/$/, ''), { recursive: isFolder })
            await client.invalidateQueries({ queryKey: ['own'] })
          }}
        >
          {isFolder ? 'Everything in the folder is gone then, for good.' : 'It is gone then, for good.'}
        </Confirm>
      </Deeds>
    </tr>
  )
}

interface OwnFileProps extends PartProps {
  readonly path: string
  readonly rowsView: TableView
  readonly onRowsView: (view: TableView) => void
}

function OwnFile({ path, crumbs, rowsView, onRowsView }: OwnFileProps) {
  const { view, type } = fileView(path)
  const file = useMemo(() => headgate.objects.rows(`user/${path}`), [path])
  const [isRaw, setRaw] = useState(false)
  const name = path.slice(path.lastIndexOf('/') + 1)
  const [size, setSize] = useState<number | null>(null)
  return (
    <div className="page wide">
      {crumbs}
      <PageHeader
        title={name}
        icon="file"
        facts={size !== null && <span>{formatBytes(size)}</span>}
        actions={
          <>
            <RawToggle path={path} isRaw={isRaw} onRaw={setRaw} />
            <UseInCode of={{ object: `user/${path}` }} />
            <Button icon="download" onPress={() => void downloadOwn(path)}>
              Download
            </Button>
          </>
        }
      />
      {view === 'rows' && !isRaw ? (
        <FileRows file={file} name={name} view={rowsView} onView={onRowsView} />
      ) : (
        <BytesPreview
          view={view === 'rows' ? 'text' : view}
          type={type}
          name={name}
          size={null}
          open={async (range, signal) => {
            const response = await headgate.objects.open(
              `user/${path}`,
              {},
              { signal, ...(range && { headers: { range } }) },
            )
            const total = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]
            setSize(Number(total ?? response.headers.get('content-length')))
            return response
          }}
        />
      )}
    </div>
  )
}
