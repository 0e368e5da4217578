import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { exporterQuery, meQuery } from '../api/queries.ts'
import type { Exporter } from '../api/types.ts'
import { Badge } from '../ui/badge.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Async } from '../ui/states.tsx'
import { ExportList } from './export-list.tsx'
import { ExporterSettings } from './exporter-settings.tsx'
import { RunExporter } from './run-exporter.tsx'

const route = getRouteApi('/exporters/$name')

export function ExporterPage() {
  const { name } = route.useParams()
  return (
    <div className="page">
      <Async query={useQuery(exporterQuery(name))}>{(found) => <Whole exporter={found} />}</Async>
    </div>
  )
}

/** Where it writes, the next export, and those before. */
function Whole({ exporter }: { readonly exporter: Exporter }) {
  const { name, title, connector, path, table, mode, format, updated } = exporter
  const { data: me } = useQuery(meQuery())
  const { tab = 'exports' } = route.useSearch()
  const navigate = route.useNavigate()
  const isEditor = me?.roles.includes('editor') ?? false
  return (
    <>
      <PageHeader
        title={title}
        name={name}
        icon="send"
        facts={
          <>
            <span>
              {table === null ? 'file' : 'table'} <code>{path ?? table}</code> of{' '}
              <Link to="/sources/$source" params={{ source: connector }}>
                {connector}
              </Link>
            </span>
            <Badge>{mode}</Badge>
            {format && <Badge>{format}</Badge>}
          </>
        }
      />
      <Tabs
        selectedKey={tab}
        onSelectionChange={(key) =>
          void navigate({ search: key === 'exports' ? {} : { tab: String(key) }, replace: true })
        }
      >
        <TabList className="tab-list" aria-label="Exporter">
          <Tab id="exports" className="tab">
            Exports
          </Tab>
          {isEditor && (
            <Tab id="settings" className="tab">
              Settings
            </Tab>
          )}
        </TabList>
        <TabPanel id="exports" className="tab-panel stack">
          {isEditor && <RunExporter exporter={exporter} />}
          <ExportList exporter={name} />
        </TabPanel>
        {isEditor && (
          <TabPanel id="settings" className="tab-panel">
            <ExporterSettings key={updated} exporter={exporter} />
          </TabPanel>
        )}
      </Tabs>
    </>
  )
}
