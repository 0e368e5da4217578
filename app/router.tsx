import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { NotFound } from './pages/not-found.tsx'
import { Failure } from './shell/failure.tsx'
import { Shell } from './shell/shell.tsx'
import { readView, type TableView } from './sources/table-view.ts'

/** A page that is loaded when it is first opened. */
const page = (load: () => Promise<Readonly<Record<string, unknown>>>, name: string) =>
  lazyRouteComponent(load as () => Promise<Record<string, ComponentType>>, name)

const text = (value: unknown): string | undefined =>
  value === undefined || value === null || value === '' ? undefined : String(value)

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Failure })

const route = <const P extends string>(path: P, component: ReturnType<typeof page>) =>
  createRoute({ getParentRoute: () => root, path, component })

const routes = [
  route(
    '/',
    page(() => import('./pages/home-page.tsx'), 'HomePage'),
  ),
  route(
    '/sources',
    page(() => import('./pages/sources-page.tsx'), 'SourcesPage'),
  ),
  createRoute({
    getParentRoute: () => root,
    path: '/sources/$source/tables',
    component: page(() => import('./sources/tables-page.tsx'), 'TablesPage'),
    validateSearch: (search): { readonly search?: string } => {
      const wanted = text(search.search)
      return wanted === undefined ? {} : { search: wanted }
    },
  }),
  route(
    '/sources/$source',
    page(() => import('./sources/source-page.tsx'), 'SourcePage'),
  ),
  createRoute({
    getParentRoute: () => root,
    path: '/sources/$source/tables/$table',
    component: page(() => import('./sources/table-page.tsx'), 'TablePage'),
    validateSearch: readView,
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sources/$source/files',
    component: page(() => import('./sources/files-page.tsx'), 'FilesPage'),
    validateSearch: readFileView,
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sources/$source/operations',
    component: page(() => import('./sources/operations-page.tsx'), 'OperationsPage'),
    validateSearch: (search): { readonly operation?: string } => {
      const operation = text(search.operation)
      return operation === undefined ? {} : { operation }
    },
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sources/$source/query',
    component: page(() => import('./sources/query-page.tsx'), 'QueryPage'),
    validateSearch: (search): { readonly sql?: string } => {
      const sql = text(search.sql)
      return sql === undefined ? {} : { sql }
    },
  }),
  route(
    '/connectors',
    page(() => import('./connectors/connectors-page.tsx'), 'ConnectorsPage'),
  ),
  createRoute({
    getParentRoute: () => root,
    path: '/connectors/new',
    component: page(() => import('./connectors/new-connector-page.tsx'), 'NewConnectorPage'),
    validateSearch: (search): { readonly kind?: string } => {
      const kind = text(search.kind)
      return kind === undefined ? {} : { kind }
    },
  }),
  route(
    '/connectors/$name',
    page(() => import('./connectors/connector-page.tsx'), 'ConnectorPage'),
  ),
  route(
    '/datasources',
    page(() => import('./datasets/datasources-page.tsx'), 'DatasourcesPage'),
  ),
  createRoute({
    getParentRoute: () => root,
    path: '/datasources/new',
    component: page(() => import('./datasets/new-datasource-page.tsx'), 'NewDatasourcePage'),
    validateSearch: (
      search,
    ): { readonly connector?: string; readonly selection?: Readonly<Record<string, unknown>> } => ({
      ...(typeof search.connector === 'string' && { connector: search.connector }),
      ...(typeof search.selection === 'object' &&
        search.selection !== null && { selection: search.selection as Readonly<Record<string, unknown>> }),
    }),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/datasources/$name',
    component: page(() => import('./datasets/datasource-page.tsx'), 'DatasourcePage'),
    validateSearch: readTab,
  }),
  route(
    '/datasets',
    page(() => import('./datasets/datasets-page.tsx'), 'DatasetsPage'),
  ),
  createRoute({
    getParentRoute: () => root,
    path: '/datasets/$name',
    component: page(() => import('./datasets/dataset-page.tsx'), 'DatasetPage'),
    validateSearch: (search): DatasetView => ({
      ...readView(search),
      ...readTab(search),
      ...(Number(search.version) >= 1 && { version: Number(search.version) }),
    }),
  }),
  route(
    '/groups/$id',
    page(() => import('./datasets/group-page.tsx'), 'GroupPage'),
  ),
  route(
    '/snapshots/$id',
    page(() => import('./datasets/snapshot-page.tsx'), 'SnapshotPage'),
  ),
  route(
    '/exporters',
    page(() => import('./exporters/exporters-page.tsx'), 'ExportersPage'),
  ),
  route(
    '/exporters/new',
    page(() => import('./exporters/new-exporter-page.tsx'), 'NewExporterPage'),
  ),
  createRoute({
    getParentRoute: () => root,
    path: '/exporters/$name',
    component: page(() => import('./exporters/exporter-page.tsx'), 'ExporterPage'),
    validateSearch: readTab,
  }),
  route(
    '/exports/$id',
    page(() => import('./exporters/export-page.tsx'), 'ExportPage'),
  ),
  createRoute({
    getParentRoute: () => root,
    path: '/data',
    component: page(() => import('./data/data-page.tsx'), 'DataPage'),
    validateSearch: readFileView,
  }),
  route(
    '/secrets',
    page(() => import('./data/secrets-page.tsx'), 'SecretsPage'),
  ),
  route(
    '/tokens',
    page(() => import('./data/tokens-page.tsx'), 'TokensPage'),
  ),
  createRoute({
    getParentRoute: () => root,
    path: '/device',
    component: page(() => import('./data/device-page.tsx'), 'DevicePage'),
    validateSearch: (search): { readonly code?: string } => {
      const code = text(search.code)
      return code === undefined ? {} : { code }
    },
  }),
  route(
    '/members',
    page(() => import('./data/members-page.tsx'), 'MembersPage'),
  ),
  route(
    '/audit',
    page(() => import('./data/audit-page.tsx'), 'AuditPage'),
  ),
] as const

interface Tab {
  readonly tab?: string
}

/** A file or folder, and what of the rows of a file is on screen. */
export type FileView = TableView & { readonly path?: string }

function readFileView(search: Readonly<Record<string, unknown>>): FileView {
  const path = text(search.path)
  return { ...readView(search), ...(path !== undefined && { path }) }
}

export type DatasetView = TableView & Tab & { readonly version?: number }

function readTab(search: Readonly<Record<string, unknown>>): Tab {
  const tab = text(search.tab)
  return tab === undefined ? {} : { tab }
}

export const makeRouter = () =>
  createRouter({ routeTree: root.addChildren(routes), defaultPreload: 'intent', scrollRestoration: true })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
