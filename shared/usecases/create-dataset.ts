import type { Input, UseCase } from '../api/operation.ts'
import type * as api from '../api/uploaded-datasets.ts'
import { FileSelection } from '../connectors/files/selection.ts'
import type { ConnectorRecord } from '../domain/connector.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault, isFault } from '../domain/faults.ts'
import { valid } from '../domain/invalid.ts'
import { uploadedPrefix, uploadKind, uploadsConnector } from '../domain/uploaded-file.ts'
import type { CatalogReader, Change } from '../ports/catalog.ts'
import { datasets, datasources, datasourceUids } from '../ports/dataset-records.ts'
import { connectors, connectorUids, datasourcesOf } from '../ports/records.ts'
import { newSnapshotId } from '../snapshots/keys.ts'
import { creating, newSnapshot } from '../snapshots/new-snapshot.ts'
import { ulid } from '../snapshots/ulid.ts'
import { keepUpload, uploadName } from './keep-upload.ts'
import { newUid } from './new-uid.ts'
import { startSnapshot } from './start-snapshot.ts'

/**
 * Makes a dataset, or its next version, of a file: keeps the file, has a datasource that selects it, and takes a snapshot
 * of that as of any other.
 */
export const createDataset: UseCase<typeof api.createDataset> = async (world, input) => {
  const { catalog, objects } = world
  const { name, caller } = input
  if (caller.connectors && !caller.connectors.includes(uploadsConnector))
    throw new Fault('forbidden', 'This token is good for some connectors only, and uploaded files are not of them.', {
      hint: `Use a token that is good for all of them, or for ${uploadsConnector} too.`,
    })
  const path = `${name}/${ulid()}/${uploadName(input)}`
  const { parse, csv, schema } = input
  const selection = { path, ...(parse && { parse }), ...(csv && { csv }), ...(schema && { schema }) }
  valid(FileSelection, selection, '/query')
  await checkName(catalog, name)
  await keepUpload(world, input, uploadedPrefix + path)
  const now = Date.now()
  const record = newSnapshot({ id: newSnapshotId(name), datasource: name, requestedBy: caller.id }, now)
  try {
    for (let tries = 1; ; tries++) {
      const of = await selecting(catalog, input, selection, now)
      try {
        await catalog.write([...of, ...(await connecting(catalog, input, now)), ...creating(record)])
        break
      } catch (thrown) {
        const isCrossed =
          isFault(thrown, 'conflict') || isFault(thrown, 'precondition-failed') || isFault(thrown, 'not-found')
        if (!isCrossed || tries === mostTries) throw thrown
      }
    }
  } catch (thrown) {
    await objects.delete(uploadedPrefix + path)
    throw thrown
  }
  await startSnapshot(world, [record])
  return { body: record, revision: 1, location: `/v1/snapshots/${record.id}` }
}

type Asked = Input<typeof api.createDataset>

/** Somebody else may be making the same, or the connector of all: the next look sees it. */
const mostTries = 10

/** Fault conflict where something else has the name: what a datasource copied is not replaced by a file. */
async function checkName(catalog: CatalogReader, name: Asked['name']): Promise<void> {
  const [datasource, dataset] = await Promise.all([catalog.get(datasources, name), catalog.get(datasets, name)])
  const isOther = datasource ? datasource.value.kind !== uploadKind : dataset && dataset.value.origin !== 'upload'
  if (!isOther) return
  throw new Fault('conflict', `${name} is a dataset that comes from a datasource.`, { hint: 'Choose another name.' })
}

/** What makes or changes the datasource that selects the file. */
async function selecting(
  catalog: CatalogReader,
  { name, title, format, drift, caller }: Asked,
  selection: DatasourceRecord['selection'],
  now: number,
): Promise<readonly Change[]> {
  await checkName(catalog, name)
  const at = new Date(now).toISOString()
  const before = await catalog.get(datasources, name)
  const chosen = { ...(title && { title }), ...(format && { format }), ...(drift && { drift }) }
  if (before) {
    const value: DatasourceRecord = { ...before.value, ...chosen, selection, updated: at }
    return [{ replace: datasources, id: name, value, revision: before.revision }]
  }
  const value: DatasourceRecord = {
    uid: newUid('dat'),
    name,
    title: name,
    connector: uploadsConnector,
    kind: uploadKind,
    selection,
    format: 'parquet',
    strategy: 'full',
    drift: 'evolve',
    paused: false,
    skipUnchanged: false,
    compression: 'none',
    reuseUnchanged: false,
    priority: 0,
    retention: null,
    created: at,
    updated: at,
    createdBy: caller.id,
    ...chosen,
  }
  return [
    { create: datasources, id: name, value },
    { create: datasourceUids, id: value.uid, value: { name } },
    { create: datasourcesOf(uploadsConnector), id: name, value: { name } },
  ]
}

/** What makes the connector of uploaded files, the first time. Fault conflict where another has its name. */
async function connecting(catalog: CatalogReader, { caller }: Asked, now: number): Promise<readonly Change[]> {
  const before = await catalog.get(connectors, uploadsConnector)
  if (before?.value.kind === uploadKind) return []
  if (before)
    throw new Fault(
      'not-offered',
      `Another connector has the name ${uploadsConnector}, so that nothing can be uploaded.`,
      {
        hint: 'An administrator can make that one anew under another name.',
      },
    )
  const at = new Date(now).toISOString()
  const value: ConnectorRecord = {
    uid: newUid('con'),
    name: uploadsConnector,
    title: 'Uploaded files',
    kind: uploadKind,
    config: {},
    allowQuery: false,
    allowWrite: false,
    budget: 4,
    created: at,
    updated: at,
    createdBy: caller.id,
    hasCredential: false,
    references: [],
  }
  return [
    { create: connectors, id: uploadsConnector, value },
    { create: connectorUids, id: value.uid, value: { name: uploadsConnector } },
  ]
}
