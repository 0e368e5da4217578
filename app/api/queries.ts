import { infiniteQueryOptions, type QueryKey, queryOptions } from '@tanstack/react-query'
import { call, path } from './call.ts'
import type * as api from './types.ts'

/** A list that pages, read on as it is scrolled or asked for. */
function list<T>(queryKey: QueryKey, at: string, query: Readonly<Record<string, unknown>> = {}) {
  return infiniteQueryOptions({
    queryKey: [...queryKey, query],
    queryFn: ({ pageParam, signal }) =>
      call<api.Page<T>>('GET', at, { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
}

/** The first thousand of a list, in one request. */
function whole<T>(queryKey: QueryKey, at: string, query: Readonly<Record<string, unknown>> = {}) {
  return queryOptions({
    queryKey: [...queryKey, query],
    queryFn: async ({ signal }) =>
      (await call<api.Page<T>>('GET', at, { query: { limit: 1000, ...query }, signal })).items,
  })
}

function one<T>(queryKey: QueryKey, at: string, query: Readonly<Record<string, unknown>> = {}) {
  return queryOptions({ queryKey, queryFn: ({ signal }) => call<T>('GET', at, { query, signal }) })
}

export const meQuery = () => one<api.Me>(['me'], '/v1/me')

export const sourcesQuery = () => whole<api.Source>(['sources'], '/v1/sources')

export const tablesQuery = (source: string) => whole<api.Table>(['tables', source], path`/v1/sources/${source}/tables`)

export const tableQuery = (source: string, table: string) =>
  one<api.TableDescription>(['table', source, table], path`/v1/sources/${source}/tables/${table}`)

export const folderQuery = (source: string, prefix: string) =>
  list<api.SourceObject>(['objects', source], path`/v1/sources/${source}/objects`, {
    prefix,
    delimiter: '/',
    limit: 500,
  })

export const operationsQuery = (source: string) =>
  whole<api.SourceOperation>(['operations', source], path`/v1/sources/${source}/operations`)

export const operationQuery = (source: string, operation: string) =>
  one<api.OperationDescription>(['operation', source, operation], path`/v1/sources/${source}/operations/${operation}`)

export const kindsQuery = () => whole<api.Kind>(['kinds'], '/v1/kinds', { limit: undefined })

export const connectorsQuery = () => whole<api.Connector>(['connectors'], '/v1/connectors')

export const datasourcesQuery = (connector?: string) =>
  whole<api.Datasource>(['datasources'], '/v1/datasources', { connector })

export const snapshotsQuery = (datasource: string) =>
  list<api.Snapshot>(['snapshots', datasource], path`/v1/datasources/${datasource}/snapshots`, { limit: 50 })

export const datasetsQuery = () => whole<api.Dataset>(['datasets'], '/v1/datasets')

export const datasetQuery = (name: string) => one<api.DatasetDetail>(['dataset', name], path`/v1/datasets/${name}`)

export const versionsQuery = (name: string) =>
  list<api.Version>(['versions', name], path`/v1/datasets/${name}/versions`, { limit: 100 })

export const diffQuery = (name: string, version: number, other?: number) =>
  one<api.VersionDiff>(['diff', name, version, other], path`/v1/datasets/${name}/versions/${version}/diff`, {
    with: other,
  })

export const filesQuery = (name: string, version: number) =>
  list<api.DatasetFile>(['files', name], path`/v1/datasets/${name}/files`, { version, limit: 200 })

export const ownObjectsQuery = (prefix: string) =>
  list<api.ObjectItem>(['own'], '/v1/objects/user', { prefix, delimiter: '/', limit: 500 })

export const uploadsQuery = () => whole<api.Upload>(['uploads'], '/v1/uploads')

export const secretsQuery = () => whole<api.SecretName>(['secrets'], '/v1/secrets')

export const tokensQuery = () => whole<api.Token>(['tokens'], '/v1/tokens')

export const membersQuery = () => whole<api.Member>(['members'], '/v1/members')

export const auditQuery = (query: Readonly<Record<string, unknown>>) =>
  list<api.AuditEntry>(['audit'], '/v1/audit', { ...query, limit: 100 })

export const deviceQuery = (code: string) => one<api.Device>(['device', code], path`/v1/auth/device/${code}`)

export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ['search', q],
    enabled: q.trim() !== '',
    queryFn: async ({ signal }) =>
      (await call<api.Page<api.Found>>('GET', '/v1/search', { query: { q: q.trim(), limit: 20 }, signal })).items,
  })
