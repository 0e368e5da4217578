import type * as api from '../api/exporters.ts'
import type { UseCase } from '../api/operation.ts'
import { isExportEnded } from '../domain/exporter.ts'
import { Fault } from '../domain/faults.ts'
import { exporters, exporterUids, exportsOf } from '../ports/export-records.ts'
import { exportersOf } from '../ports/records.ts'
import { exporterChanged, findExporter } from './find-exporter.ts'

/** Not while one of its exports is under way: nobody would find that one any more. */
export const deleteExporter: UseCase<typeof api.deleteExporter> = async ({ catalog }, { name, expected }) => {
  const { value, revision } = await findExporter(catalog, name)
  if (expected !== undefined && expected !== revision) throw exporterChanged(value.name)
  const { entries } = await catalog.list(exportsOf(value.name), { limit: 50, descending: true })
  const running = entries.find((entry) => !isExportEnded(entry.value.state))
  if (running)
    throw new Fault('conflict', `The exporter ${value.name} is at work.`, {
      hint: `Wait for the end of ${running.id}, or cancel it.`,
    })
  await catalog.write([
    { delete: exporters, id: value.name, revision },
    { delete: exporterUids, id: value.uid },
    { delete: exportersOf(value.connector), id: value.name },
  ])
  return { body: undefined }
}
