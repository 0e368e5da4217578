import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import type { Window } from '../../clients/typescript/rows.ts'
import { etagOf } from '../../clients/typescript/transport.ts'
import { headgate } from '../api/headgate.ts'
import { datasetQuery, manifestQuery, meQuery, statisticsQuery, versionsQuery } from '../api/queries.ts'
import type { Version } from '../api/types.ts'
import { ExportMenu } from '../exporters/export-menu.tsx'
import type { ReadPage } from '../grid/row-pages.ts'
import { RowsView } from '../grid/rows-view.tsx'
import { formatBytes, formatMoment, plural } from '../lib/format.ts'
import type { DatasetView } from '../router.tsx'
import { queryOf } from '../sources/table-view.ts'
import { Badge } from '../ui/badge.tsx'
import { Choice } from '../ui/choice.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Async, Empty } from '../ui/states.tsx'
import { UseInCode } from '../ui/use-in-code.tsx'
import { CompareVersions } from './compare-versions.tsx'
import { DownloadMenu } from './download-menu.tsx'
import { FileList } from './file-list.tsx'
import { VersionList } from './version-list.tsx'

const route = getRouteApi('/datasets/$name')

const tabs = [
  ['data', 'Data'],
  ['versions', 'Versions'],
  ['compare', 'Compare'],
  ['files', 'Files'],
] as const

/** A dataset: the rows of one version, and all its versions. */
export function DatasetPage() {
  const { name } = route.useParams()
  const view = route.useSearch()
  const { tab = 'data' } = view
  const navigate = route.useNavigate()
  const client = useQueryClient()
  const { data: me } = useQuery(meQuery())
  const dataset = useQuery(datasetQuery(name))
  const versions = useInfiniteQuery(versionsQuery(name))
  const all = versions.data?.pages.flatMap(({ items }) => items) ?? []
  const isEditor = me?.roles.includes('editor') ?? false
  return (
    <Async query={dataset} label="The dataset">
      {(found) => {
        const shown = all.find(({ version }) => version === (view.version ?? found.latest)) ?? found.current
        const isOpen = shown !== null && shown !== undefined
        return (
          <div className={tab === 'data' ? 'page wide' : 'page'}>
            <PageHeader
              title={found.title}
              name={name}
              icon="layers"
              facts={isOpen && <VersionFacts version={shown} isLatest={shown.version === found.latest} />}
              actions={
                isOpen && (
                  <>
                    <Choice
                      label="Version"
                      isHiddenLabel
                      value={String(shown.version)}
                      options={(all.length > 0 ? all : [shown]).map(({ version, published }) => [
                        String(version),
                        `Version ${version} · ${formatMoment(published)}`,
                      ])}
                      onChange={(version) => {
                        const { version: _, ...rest } = view
                        void navigate({
                          search: Number(version) === found.latest ? rest : { ...rest, version: Number(version) },
                        })
                      }}
                    />
                    <UseInCode
                      of={{ dataset: name, ...(view.version !== undefined && { version: view.version }) }}
                      view={view}
                    />
                    <DownloadMenu name={name} version={shown} />
                    {isEditor && <ExportMenu dataset={name} version={shown.version} />}
                    {isEditor && (
                      <Link to="/datasources/$name" params={{ name }} className="button plain">
                        Datasource
                      </Link>
                    )}
                  </>
                )
              }
            />
            {!isOpen ? (
              <Empty icon="layers" title="Every version was deleted" />
            ) : (
              <Tabs
                className={tab === 'data' ? 'fill' : ''}
                selectedKey={tab}
                onSelectionChange={(key) => {
                  const { tab: _, ...rest } = view
                  void navigate({ search: key === 'data' ? rest : { ...rest, tab: String(key) }, replace: true })
                }}
              >
                <TabList className="tab-list" aria-label="Dataset">
                  {tabs.map(([id, label]) => (
                    <Tab key={id} id={id} className="tab">
                      {label}
                    </Tab>
                  ))}
                </TabList>
                <TabPanel id="data" className="tab-panel fill">
                  {shown.shape === 'files' ? (
                    <FileList name={name} version={shown.version} />
                  ) : (
                    <VersionRows
                      name={name}
                      version={shown}
                      view={view}
                      onView={(next) => void navigate({ search: next })}
                    />
                  )}
                </TabPanel>
                <TabPanel id="versions" className="tab-panel">
                  <VersionList name={name} latest={found.latest} />
                </TabPanel>
                <TabPanel id="compare" className="tab-panel">
                  <CompareVersions name={name} versions={all} shown={shown.version} />
                </TabPanel>
                <TabPanel id="files" className="tab-panel">
                  <FileList name={name} version={shown.version} />
                  {isEditor && (
                    <Confirm
                      button={{ variant: 'danger', icon: 'trash', children: 'Delete the dataset' }}
                      title={`Delete ${name} with all its versions?`}
                      action="Delete everything"
                      typed={name}
                      onConfirm={async () => {
                        await headgate.datasets.at(name).delete({ ifMatch: etagOf(found) })
                        await client.invalidateQueries({ queryKey: ['datasets'] })
                        await navigate({ to: '/datasets' })
                      }}
                    >
                      {plural(all.length, 'version')} will be gone for good. The datasource stays.
                    </Confirm>
                  )}
                </TabPanel>
              </Tabs>
            )}
          </div>
        )
      }}
    </Async>
  )
}

function VersionFacts({ version: shown, isLatest }: { readonly version: Version; readonly isLatest: boolean }) {
  const { version, rows, bytes, published, format, pinned, expires } = shown
  return (
    <>
      <Badge tone={isLatest ? 'good' : 'warn'}>
        version {version}
        {isLatest ? ', read now' : ', not the one that is read'}
      </Badge>
      <span>{plural(rows, 'row')}</span>
      <span>
        {formatBytes(bytes)} {format}
      </span>
      <span>{formatMoment(published)}</span>
      {pinned && <Badge tone="accent">pinned</Badge>}
      {expires && <Badge tone="warn">goes {formatMoment(expires)}</Badge>}
    </>
  )
}

interface VersionRowsProps {
  readonly name: string
  readonly version: Version
  readonly view: DatasetView
  readonly onView: (view: DatasetView) => void
}

/** Values that are counted unasked; more takes longer than a look at a page. */
const countedUnasked = 20_000_000

function VersionRows({ name, version: { version, rows }, view, onView }: VersionRowsProps) {
  const { data: manifest } = useQuery(manifestQuery(name, version))
  const key = JSON.stringify(queryOf(view))
  const [isAsked, setAsked] = useState(false)
  const { where } = queryOf(view)
  const isSmall = manifest !== undefined && rows * manifest.columns.length <= countedUnasked
  const statistics = useQuery({
    ...statisticsQuery(name, { version, ...(where && { where }) }),
    enabled: isAsked || isSmall,
  })
  const read = useMemo((): ReadPage => {
    const dataset = headgate.datasets.at(name)
    const query: Window = JSON.parse(key)
    return (cursor, limit, signal) => dataset.page({ ...query, version, limit }, cursor, { signal })
  }, [name, version, key])
  return (
    <RowsView
      label={`Rows of ${name}, version ${version}`}
      read={read}
      view={view}
      onView={onView}
      allColumns={manifest?.columns}
      total={view.where === undefined ? rows : statistics.data?.rows}
      counted={statistics.data}
      onCount={manifest === undefined || isAsked || isSmall ? undefined : () => setAsked(true)}
    />
  )
}
