import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { folderQuery } from '../api/queries.ts'
import type { SourceObject } from '../api/types.ts'
import { formatBytes, formatMoment, plural } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { flat } from '../ui/listing.tsx'
import { Async, Empty } from '../ui/states.tsx'
import { TextField } from '../ui/text-field.tsx'
import { Tick } from '../ui/tick.tsx'
import { useTicked } from '../ui/use-ticked.ts'
import { ChosenFiles } from './chosen-files.tsx'
import { FilePreview } from './file-preview.tsx'
import { PathCrumbs } from './path-crumbs.tsx'
import { SourceHeader } from './source-header.tsx'

const route = getRouteApi('/sources/$source/files')

/** A folder of a source, or one of its files. A folder's path ends with `/`; the root's is empty. */
export function FilesPage() {
  const { source } = route.useParams()
  const { path = '', ...rowsView } = route.useSearch()
  const navigate = route.useNavigate()
  const isFolder = path === '' || path.endsWith('/')
  return (
    <div className={isFolder ? 'page' : 'page wide'}>
      <SourceHeader source={source} />
      <PathCrumbs
        path={path}
        link={(to, label) => (
          <Link to="/sources/$source/files" params={{ source }} search={to === '' ? {} : { path: to }}>
            {label}
          </Link>
        )}
      />
      {isFolder ? (
        <Folder key={path} source={source} prefix={path} />
      ) : (
        <FilePreview
          key={path}
          source={source}
          path={path}
          rowsView={rowsView}
          onRowsView={(view) => void navigate({ search: { ...view, path } })}
        />
      )}
    </div>
  )
}

type SortKey = 'name' | 'size' | 'modified'

function Folder({ source, prefix }: { readonly source: string; readonly prefix: string }) {
  const [search, setSearch] = useState('')
  const [sort, setSort] = useState<{ readonly by: SortKey; readonly down: boolean }>({ by: 'name', down: false })
  // A prefix search asks the source: it finds what no page has shown yet.
  const query = useInfiniteQuery(folderQuery(source, prefix + search))
  const list = flat(query)
  const { ticked, tick, clear } = useTicked()
  const files = list.data?.filter(({ isFolder }) => !isFolder).map(({ key }) => key) ?? []
  return (
    <>
      <div className="toolbar">
        <TextField
          label="Names that begin with"
          isHiddenLabel
          type="search"
          value={search}
          onChange={setSearch}
          placeholder="Names that begin with …"
        />
        {list.data && (
          <span className="quiet">
            {plural(list.data.length, 'item')}
            {query.hasNextPage && ' so far'}
          </span>
        )}
      </div>
      <ChosenFiles
        source={source}
        folder={prefix}
        chosen={files.filter((key) => ticked.has(key))}
        all={files}
        onClear={clear}
      />
      <Async query={list} rows={10}>
        {(items) =>
          items.length === 0 ? (
            <Empty
              icon="folder"
              title={search === '' ? 'There is nothing in this folder' : 'No name begins like that'}
            />
          ) : (
            <>
              <table className="listing">
                <thead>
                  <tr>
                    <th>
                      <span className="visually-hidden">Chosen</span>
                    </th>
                    <SortHead label="Name" by="name" sort={sort} onSort={setSort} />
                    <SortHead label="Size" by="size" sort={sort} onSort={setSort} isNumber />
                    <SortHead label="Modified" by="modified" sort={sort} onSort={setSort} isNumber />
                  </tr>
                </thead>
                <tbody>
                  {items.toSorted(order(sort.by, sort.down)).map((item) => (
                    <tr key={item.key}>
                      <td className="tick">
                        {!item.isFolder && (
                          <Tick
                            label={`Choose ${item.name}`}
                            isSelected={ticked.has(item.key)}
                            onChange={(is) => tick(item.key, is)}
                          />
                        )}
                      </td>
                      <td>
                        <Link
                          to="/sources/$source/files"
                          params={{ source }}
                          search={{ path: item.key }}
                          className="cell-link"
                        >
                          <Icon name={item.isFolder ? 'folder' : 'file'} />
                          {item.name}
                        </Link>
                      </td>
                      <td className="number">{item.isFolder ? '–' : formatBytes(item.size)}</td>
                      <td className="number quiet">{formatMoment(item.modified)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {query.hasNextPage && (
                <Button isDisabled={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
                  {query.isFetchingNextPage ? 'Reading…' : 'More'}
                </Button>
              )}
            </>
          )
        }
      </Async>
    </>
  )
}

interface SortHeadProps {
  readonly label: string
  readonly by: SortKey
  readonly sort: { readonly by: SortKey; readonly down: boolean }
  readonly onSort: (sort: SortHeadProps['sort']) => void
  readonly isNumber?: boolean
}

function SortHead({ label, by, sort, onSort, isNumber = false }: SortHeadProps) {
  const isActive = sort.by === by
  return (
    <th className={isNumber ? 'number' : ''} aria-sort={isActive ? (sort.down ? 'descending' : 'ascending') : 'none'}>
      <button type="button" className="sort-button" onClick={() => onSort({ by, down: isActive && !sort.down })}>
        {label}
        {isActive && <Icon name={sort.down ? 'down' : 'up'} size={12} />}
      </button>
    </th>
  )
}

/** Folders first; what the source does not tell comes last. */
function order(by: SortKey, down: boolean) {
  const sign = down ? -1 : 1
  return (a: SourceObject, b: SourceObject): number => {
    if (a.isFolder !== b.isFolder) return a.isFolder ? -1 : 1
    const [left, right] = [a[by], b[by]]
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1
    return (left < right ? -1 : left > right ? 1 : 0) * sign
  }
}
