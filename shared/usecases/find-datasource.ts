import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault } from '../domain/faults.ts'
import type { CatalogReader, Entry } from '../ports/catalog.ts'
import { datasources, datasourceUids } from '../ports/dataset-records.ts'

/** A datasource's record by its name or uid. Fault not-found. */
export async function findDatasource(catalog: CatalogReader, nameOrUid: string): Promise<Entry<DatasourceRecord>> {
  const name = nameOrUid.startsWith('dat_') ? (await catalog.get(datasourceUids, nameOrUid))?.value.name : nameOrUid
  const entry = name === undefined ? undefined : await catalog.get(datasources, name)
  if (entry) return entry
  throw new Fault('not-found', `There is no datasource ${JSON.stringify(nameOrUid)}.`, {
    hint: 'GET /v1/datasources lists the names.',
  })
}

/** The fault for a datasource that another has changed meanwhile. */
export const datasourceChanged = (name: string): Fault =>
  new Fault('precondition-failed', `The datasource ${name} has changed since it was read.`, {
    hint: 'Read it again and repeat the change.',
  })
