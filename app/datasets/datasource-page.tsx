import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { headgate } from '../api/headgate.ts'
import { datasourceQuery } from '../api/queries.ts'
import type { Datasource } from '../api/types.ts'
import type { ReadPage } from '../grid/row-pages.ts'
import { RowsView } from '../grid/rows-view.tsx'
import { say } from '../shell/toasts.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Async } from '../ui/states.tsx'
import { UseInCode } from '../ui/use-in-code.tsx'
import { DatasourceCheck } from './datasource-check.tsx'
import { DatasourceSettings } from './datasource-settings.tsx'
import { RunList } from './run-list.tsx'
import { ScheduleEditor } from './schedule-editor.tsx'
import { describeSelection } from './selection-text.ts'
import { VersionList } from './version-list.tsx'

const route = getRouteApi('/datasources/$name')

const tabs = [
  ['runs', 'Snapshots'],
  ['versions', 'Versions'],
  ['schedule', 'Schedule'],
  ['preview', 'Preview'],
  ['check', 'Check'],
  ['settings', 'Settings'],
] as const

export function DatasourcePage() {
  const { name } = route.useParams()
  const datasource = useQuery(datasourceQuery(name))
  return (
    <div className="page">
      <Async query={datasource}>{(found) => <Whole datasource={found} />}</Async>
    </div>
  )
}

function Whole({ datasource }: { readonly datasource: Datasource }) {
  const { name, title, connector, selection, kind, paused } = datasource
  const { tab = 'runs' } = route.useSearch()
  const navigate = route.useNavigate()
  const client = useQueryClient()
  const snapshot = useMutation({
    mutationFn: () => headgate.datasources.snapshot(name),
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: ['snapshots', name] })
      void navigate({ to: '/snapshots/$id', params: { id } })
    },
    onError: (thrown: Error) => say(thrown.message, 'bad'),
  })
  return (
    <>
      <PageHeader
        title={title}
        name={name}
        icon="camera"
        facts={
          <>
            <span>
              {describeSelection(selection)} of{' '}
              <Link to="/sources/$source" params={{ source: connector }}>
                {connector}
              </Link>
            </span>
            <Badge>{kind}</Badge>
            {paused && <Badge tone="warn">paused</Badge>}
          </>
        }
        actions={
          <>
            <UseInCode of={{ dataset: name }} />
            <Link to="/datasets/$name" params={{ name }} className="button plain">
              Dataset
            </Link>
            <Button variant="primary" icon="camera" isDisabled={snapshot.isPending} onPress={() => snapshot.mutate()}>
              Take a snapshot
            </Button>
          </>
        }
      />
      <Tabs
        selectedKey={tab}
        onSelectionChange={(key) =>
          void navigate({ search: key === 'runs' ? {} : { tab: String(key) }, replace: true })
        }
      >
        <TabList className="tab-list" aria-label="Datasource">
          {tabs.map(([id, label]) => (
            <Tab key={id} id={id} className="tab">
              {label}
            </Tab>
          ))}
        </TabList>
        <TabPanel id="runs" className="tab-panel">
          <RunList datasource={name} />
        </TabPanel>
        <TabPanel id="versions" className="tab-panel">
          <VersionList name={name} />
        </TabPanel>
        <TabPanel id="schedule" className="tab-panel">
          <ScheduleEditor datasource={datasource} />
        </TabPanel>
        <TabPanel id="preview" className="tab-panel preview-panel">
          <Preview name={name} />
        </TabPanel>
        <TabPanel id="check" className="tab-panel">
          <DatasourceCheck name={name} />
        </TabPanel>
        <TabPanel id="settings" className="tab-panel">
          <DatasourceSettings datasource={datasource} />
        </TabPanel>
      </Tabs>
    </>
  )
}

/** Rows that a preview shows. */
const previewed = 200

function Preview({ name }: { readonly name: string }) {
  const read = useMemo((): ReadPage => {
    return async (_cursor, _limit, signal) => ({
      ...(await headgate.datasources.preview(name).page({ limit: previewed }, undefined, { signal })),
      next: null,
    })
  }, [name])
  return (
    <>
      <p className="quiet small">The first rows of exactly what a snapshot would copy now, at most {previewed}.</p>
      <RowsView label={`Preview of ${name}`} read={read} view={{}} />
    </>
  )
}
