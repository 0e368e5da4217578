import type * as api from '../api/exporters.ts'
import type { UseCase } from '../api/operation.ts'
import type { ExporterRecord } from '../domain/exporter.ts'
import { Fault } from '../domain/faults.ts'
import { exporters } from '../ports/export-records.ts'
import { exportersOf } from '../ports/records.ts'
import { checkTarget } from './check-target.ts'
import { exporterChanged, findExporter } from './find-exporter.ts'

export const updateExporter: UseCase<typeof api.updateExporter> = async (world, { name, body, expected }) => {
  const { value: old, revision } = await findExporter(world.catalog, name)
  if (expected !== undefined && expected !== revision) throw exporterChanged(old.name)
  if (body.name !== undefined && body.name !== old.name)
    throw new Fault('invalid-request', 'The name of an exporter does not change.', {
      hint: 'Create another exporter.',
      errors: [{ pointer: '/body/name', detail: `must be ${old.name}` }],
    })
  // what is given in the place of the other takes it away
  const path = body.path ?? (body.table == null ? old.path : null)
  const table = body.table ?? (body.path == null ? old.table : null)
  const format = body.format === undefined ? old.format : body.format
  const asked = { connector: body.connector ?? old.connector, mode: body.mode ?? old.mode, path, table, format }
  const { connector, mode } = await checkTarget(world, asked)
  const record: ExporterRecord = {
    ...old,
    title: body.title ?? old.title,
    connector: connector.name,
    path,
    table,
    mode,
    format,
    updated: new Date().toISOString(),
  }
  const isMoved = record.connector !== old.connector
  await world.catalog.write([
    { replace: exporters, id: old.name, value: record, revision },
    ...(isMoved
      ? [
          { delete: exportersOf(old.connector), id: old.name },
          { create: exportersOf(record.connector), id: old.name, value: { name: old.name } },
        ]
      : []),
  ])
  return { body: record, revision: revision + 1 }
}
