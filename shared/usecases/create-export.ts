import type * as api from '../api/exporters.ts'
import type { UseCase } from '../api/operation.ts'
import { Fault } from '../domain/faults.ts'
import { failed, replaced } from '../exports/export-record.ts'
import { newExport } from '../exports/new-export.ts'
import { checkWriting } from '../ports/check-writing.ts'
import { exportsOf } from '../ports/export-records.ts'
import { findConnector } from '../ports/find-connector.ts'
import { openVersion } from '../snapshots/read-version.ts'
import { findExporter } from './find-exporter.ts'

/** Which version is written is settled here. Where it cannot be started it has failed, and that is thrown. */
export const createExport: UseCase<typeof api.createExport> = async (world, { name, body, caller }) => {
  const { value: exporter } = await findExporter(world.catalog, name)
  checkWriting((await findConnector(world.catalog, exporter.connector)).value)
  const { dataset, version, format } = body
  if (format !== undefined && exporter.table !== null)
    throw new Fault('invalid-request', 'A table has no format.', {
      errors: [{ pointer: '/body/format', detail: 'is for files' }],
    })
  const manifest = await openVersion(world, dataset, { version })
  const record = newExport({ exporter, manifest, format, requestedBy: caller.id })
  await world.catalog.write([{ create: exportsOf(record.exporter), id: record.id, value: record }])
  try {
    await world.exports.start(record.id)
  } catch (thrown) {
    // nobody will make it, unless it was started in spite of the failure: then its worker's claim stands
    const error = { code: 'internal', detail: 'It could not be started.', hint: 'Export it again.' } as const
    await replaced(world, { ...record, ...failed(record, error, new Date().toISOString()) }, 1)
    throw thrown
  }
  return { body: record, revision: 1, location: `/v1/exports/${record.id}` }
}
