import type { ExporterRecord } from '../domain/exporter.ts'
import { Fault } from '../domain/faults.ts'
import type { CatalogReader, Entry } from '../ports/catalog.ts'
import { exporters, exporterUids } from '../ports/export-records.ts'

/** An exporter's record by its name or uid. Fault not-found. */
export async function findExporter(catalog: CatalogReader, nameOrUid: string): Promise<Entry<ExporterRecord>> {
  const name = nameOrUid.startsWith('exp_') ? (await catalog.get(exporterUids, nameOrUid))?.value.name : nameOrUid
  const entry = name === undefined ? undefined : await catalog.get(exporters, name)
  if (entry) return entry
  throw new Fault('not-found', `There is no exporter ${JSON.stringify(nameOrUid)}.`, {
    hint: 'GET /v1/exporters lists the names.',
  })
}

/** The fault for an exporter that another has changed meanwhile. */
export const exporterChanged = (name: string): Fault =>
  new Fault('precondition-failed', `The exporter ${name} has changed since it was read.`, {
    hint: 'Read it again and repeat the change.',
  })
