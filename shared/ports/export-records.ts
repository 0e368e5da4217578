/* The records of exporters and of what they write. Who reads datasets alone need not load these. */

import * as z from 'zod'
import { ExporterRecord, ExportRecord } from '../domain/exporter.ts'
import type { Collection } from './catalog.ts'

/** By name. */
export const exporters: Collection<ExporterRecord> = { path: 'exporters', schema: ExporterRecord }

/** uid -> name, of exporters. */
export const exporterUids: Collection<{ name: string }> = {
  path: 'exporter-uids',
  schema: z.object({ name: z.string() }),
}

/** By id, which sorts by time. An id is `<exporter>-<ulid>`, so that an export is found by its id alone. */
export const exportsOf = (exporter: string): Collection<ExportRecord> => ({
  path: `exporters/${exporter}/exports`,
  schema: ExportRecord,
})
