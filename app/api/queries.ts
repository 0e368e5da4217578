import { infiniteQueryOptions, type QueryKey, queryOptions } from '@tanstack/react-query'
import type { CallInput } from '../../clients/typescript/call-types.ts'
import { NotFound } from '../../clients/typescript/errors.ts'
import type { Filter } from '../../clients/typescript/index.ts'
import type { Page, Pages } from '../../clients/typescript/pages.ts'
import { isEnded, type Snapshot } from '../../clients/typescript/resources/snapshots.ts'
import { headgate } from './headgate.ts'

/** A list that is read on as it is asked for. */
const list = <T>(queryKey: QueryKey, read: (signal: AbortSignal) => Pages<T>) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }): Promise<Page<T>> => read(signal).page(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })

/** The first thousand of a list, in one request. */
const whole = <T>(queryKey: QueryKey, read: (signal: AbortSignal) => Pages<T>) =>
  queryOptions({ queryKey, queryFn: async ({ signal }) => (await read(signal).page()).items })

const one = <T>(queryKey: QueryKey, read: (signal: AbortSignal) => Promise<T>) =>
  queryOptions({ queryKey, queryFn: ({ signal }) => read(signal) })

/** What is asked for again and again until it has ended. */
const run = <T extends { readonly state: Snapshot['state'] }>(
  queryKey: QueryKey,
  read: (signal: AbortSignal) => Promise<T>,
) =>
  queryOptions({
    ...one(queryKey, read),
    refetchInterval: ({ state: { data } }) => data !== undefined && !isEnded(data) && 1000,
  })

const limit = 1000

export const meQuery = () => one(['me'], (signal) => headgate.me({ signal }))

export const sourcesQuery = () => whole(['sources'], (signal) => headgate.sources.list({ limit }, { signal }))

export const sourceQuery = (source: string) =>
  one(['source', source], (signal) => headgate.sources.at(source).get({ signal }))

export const tablesQuery = (source: string) =>
  whole(['tables', source], (signal) => headgate.sources.at(source).tables({ limit }, { signal }))

export const tableQuery = (source: string, table: string) =>
  one(['table', source, table], (signal) => headgate.sources.at(source).table(table).describe({ signal }))

export const folderQuery = (source: string, prefix: string) =>
  list(['objects', source, prefix], (signal) =>
    headgate.sources.at(source).objects({ prefix, delimiter: '/', limit: 500 }, { signal }),
  )

export const operationsQuery = (source: string) =>
  whole(['operations', source], (signal) => headgate.sources.at(source).operations({ limit }, { signal }))

export const operationQuery = (source: string, operation: string) =>
  one(['operation', source, operation], (signal) => headgate.sources.at(source).describe(operation, { signal }))

export const kindsQuery = () => whole(['kinds'], (signal) => headgate.kinds.list({ signal }))

export const connectorsQuery = () => whole(['connectors'], (signal) => headgate.connectors.list({ limit }, { signal }))

export const connectorQuery = (name: string) =>
  one(['connector', name], (signal) => headgate.connectors.get(name, { signal }))

export const datasourcesQuery = (connector?: string) =>
  whole(['datasources', connector], (signal) =>
    headgate.datasources.list(
      { limit, ...(connector !== undefined && { connector }) } as CallInput<'listDatasources'>,
      { signal },
    ),
  )

export const datasourceQuery = (name: string) =>
  one(['datasource', name], (signal) => headgate.datasources.get(name, { signal }))

/** Null where there is none. */
export const scheduleQuery = (name: string) =>
  one(['schedule', name], (signal) =>
    headgate.call('getSchedule', { name }, { signal }).catch((thrown: unknown) => {
      if (thrown instanceof NotFound) return null
      throw thrown
    }),
  )

export const snapshotsQuery = (name: string) =>
  list(['snapshots', name], (signal) => headgate.snapshots.list({ name, limit: 50 }, { signal }))

export const snapshotQuery = (id: string) => one(['snapshot', id], (signal) => headgate.snapshots.get(id, { signal }))

export const groupQuery = (id: string) => run(['group', id], (signal) => headgate.snapshots.getGroup(id, { signal }))

export const datasetsQuery = () => whole(['datasets'], (signal) => headgate.datasets.list({ limit }, { signal }))

export const datasetQuery = (name: string) =>
  one(['dataset', name], (signal) => headgate.datasets.at(name).get({ signal }))

export const versionsQuery = (name: string) =>
  list(['versions', name], (signal) => headgate.datasets.at(name).versions({ signal }))

export const manifestQuery = (name: string, version: number) =>
  one(['manifest', name, version], (signal) => headgate.datasets.at(name).manifest(version, { signal }))

export const diffQuery = (name: string, version: number, other?: number) =>
  one(['diff', name, version, other], (signal) => headgate.datasets.at(name).diff(version, other, { signal }))

/** Counted over all rows; of a version that is there it never changes. */
export const statisticsQuery = (name: string, input: { readonly version: number; readonly where?: Filter }) =>
  queryOptions({
    queryKey: ['statistics', name, input],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => headgate.datasets.at(name).statistics(input, { signal }),
  })

export const filesQuery = (name: string, version: number) =>
  list(['files', name, version], (signal) => headgate.datasets.at(name).files({ version }, { signal }))

export const exportersQuery = () => whole(['exporters'], (signal) => headgate.exporters.list({ limit }, { signal }))

export const exporterQuery = (name: string) =>
  one(['exporter', name], (signal) => headgate.exporters.get(name, { signal }))

export const exportsQuery = (exporter: string) =>
  list(['exports', exporter], (signal) => headgate.exports.list({ name: exporter, limit: 50 }, { signal }))

export const exportQuery = (id: string) => run(['export', id], (signal) => headgate.exports.get(id, { signal }))

export const ownObjectsQuery = (prefix: string) =>
  list(['own', prefix], (signal) => headgate.objects.list('user', { prefix, delimiter: '/', limit: 500 }, { signal }))

export const uploadsQuery = () => whole(['uploads'], (signal) => headgate.uploads.list({ limit }, { signal }))

export const secretsQuery = () => whole(['secrets'], (signal) => headgate.secrets.list({ limit }, { signal }))

export const tokensQuery = () => whole(['tokens'], (signal) => headgate.tokens.list({ limit }, { signal }))

export const membersQuery = () => whole(['members'], (signal) => headgate.members.list({ limit }, { signal }))

export const auditQuery = (query: CallInput<'listAudit'>) =>
  list(['audit', query], (signal) => headgate.audit.list({ ...query, limit: 100 }, { signal }))

export const deviceQuery = (userCode: string) =>
  one(['device', userCode], (signal) => headgate.call('getDevice', { userCode }, { signal }))

export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ['search', q],
    enabled: q.trim() !== '',
    queryFn: async ({ signal }) => (await headgate.search(q.trim(), { limit: 20 }, { signal })).items,
  })
