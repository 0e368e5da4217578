import type * as api from '../api/datasources.ts'
import type { UseCase } from '../api/operation.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault } from '../domain/faults.ts'
import type { Change } from '../ports/catalog.ts'
import { datasources } from '../ports/dataset-records.ts'
import { datasourcesOf } from '../ports/records.ts'
import { checkCopying } from './check-copying.ts'
import { datasourceChanged, findDatasource } from './find-datasource.ts'
import { selectedConnector } from './selected-connector.ts'

export const updateDatasource: UseCase<typeof api.updateDatasource> = async (world, { name, body, expected }) => {
  const { value: old, revision } = await findDatasource(world.catalog, name)
  if (expected !== undefined && expected !== revision) throw datasourceChanged(old.name)
  if (body.name !== undefined && body.name !== old.name)
    throw new Fault('invalid-request', 'The name of a datasource does not change.', {
      hint: 'Create another datasource.',
      errors: [{ pointer: '/body/name', detail: `must be ${old.name}` }],
    })
  const selection = body.selection ?? old.selection
  const connector = await selectedConnector(world, body.connector ?? old.connector, selection)
  const record: DatasourceRecord = {
    ...old,
    title: body.title ?? old.title,
    connector: connector.name,
    kind: connector.kind,
    selection,
    format: body.format ?? old.format,
    compression: body.compression ?? old.compression,
    strategy: body.strategy ?? old.strategy,
    drift: body.drift ?? old.drift,
    paused: body.paused ?? old.paused,
    skipUnchanged: body.skipUnchanged ?? old.skipUnchanged,
    reuseUnchanged: body.reuseUnchanged ?? old.reuseUnchanged,
    priority: body.priority ?? old.priority,
    retention: body.retention === undefined ? old.retention : body.retention,
    updated: new Date().toISOString(),
  }
  checkCopying(world.sources.get(connector.kind), record)
  await world.catalog.write([{ replace: datasources, id: old.name, value: record, revision }, ...moved(old, record)])
  return { body: record, revision: revision + 1 }
}

/** What keeps the list of a connector's datasources true. */
function moved(old: DatasourceRecord, { name, connector }: DatasourceRecord): Change[] {
  if (connector === old.connector) return []
  return [
    { delete: datasourcesOf(old.connector), id: name },
    { create: datasourcesOf(connector), id: name, value: { name } },
  ]
}
