import type * as api from '../api/exporters.ts'
import type { UseCase } from '../api/operation.ts'
import type { ExporterRecord } from '../domain/exporter.ts'
import { Fault, isFault } from '../domain/faults.ts'
import { exporters, exporterUids } from '../ports/export-records.ts'
import { exportersOf } from '../ports/records.ts'
import { checkTarget } from './check-target.ts'
import { newUid } from './new-uid.ts'

export const createExporter: UseCase<typeof api.createExporter> = async (world, { body, caller }) => {
  const { name, title = name, path = null, table = null, format } = body
  const { connector, mode } = await checkTarget(world, { ...body, path, table })
  const now = new Date().toISOString()
  const times = { created: now, updated: now, createdBy: caller.id }
  const record: ExporterRecord = {
    uid: newUid('exp'),
    name,
    title,
    connector: connector.name,
    path,
    table,
    mode,
    format,
    ...times,
  }
  try {
    await world.catalog.write([
      { create: exporters, id: name, value: record },
      { create: exporterUids, id: record.uid, value: { name } },
      { create: exportersOf(connector.name), id: name, value: { name } },
    ])
  } catch (thrown) {
    if (!isFault(thrown, 'conflict')) throw thrown
    throw new Fault('conflict', `There is an exporter ${name} already.`, {
      hint: 'Choose another name, or change that one with PUT.',
      cause: thrown,
    })
  }
  return { body: record, revision: 1, location: `/v1/exporters/${name}` }
}
