import type * as api from '../api/datasources.ts'
import type { UseCase } from '../api/operation.ts'
import type { Name } from '../domain/connector.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { datasets, datasources, datasourceUids } from '../ports/dataset-records.ts'
import { datasourcesOf } from '../ports/records.ts'
import { checkCopying } from './check-copying.ts'
import { newUid } from './new-uid.ts'
import { selectedConnector } from './selected-connector.ts'

export const createDatasource: UseCase<typeof api.createDatasource> = async (world, { body, caller }) => {
  const connector = await selectedConnector(world, body.connector, body.selection)
  checkCopying(world.sources.get(connector.kind), body)
  await checkUploaded(world.catalog, body.name)
  const now = new Date().toISOString()
  const record: DatasourceRecord = {
    uid: newUid('dat'),
    name: body.name,
    title: body.title ?? body.name,
    connector: connector.name,
    kind: connector.kind,
    selection: body.selection,
    format: body.format,
    compression: body.compression,
    strategy: body.strategy,
    drift: body.drift,
    paused: false,
    skipUnchanged: body.skipUnchanged,
    reuseUnchanged: body.reuseUnchanged,
    priority: body.priority,
    retention: body.retention,
    created: now,
    updated: now,
    createdBy: caller.id,
  }
  const { name } = record
  try {
    await world.catalog.write([
      { create: datasources, id: name, value: record },
      { create: datasourceUids, id: record.uid, value: { name } },
      { create: datasourcesOf(connector.name), id: name, value: { name } },
    ])
  } catch (thrown) {
    if (!isFault(thrown, 'conflict')) throw thrown
    throw new Fault('conflict', `There is a datasource ${name} already.`, {
      hint: 'Choose another name, or change that one with PUT.',
      cause: thrown,
    })
  }
  return { body: record, revision: 1, location: `/v1/datasources/${name}` }
}

/** What was uploaded under a name is not replaced by what a source holds. */
async function checkUploaded(catalog: CatalogReader, name: Name): Promise<void> {
  if ((await catalog.get(datasets, name))?.value.origin !== 'upload') return
  throw new Fault('conflict', `${name} is a dataset that was uploaded.`, {
    hint: 'Choose another name, or upload its next version: POST /v1/datasets.',
  })
}
