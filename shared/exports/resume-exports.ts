import { type ExportRecord, isExportEnded } from '../domain/exporter.ts'
import { exporters, exportsOf } from '../ports/export-records.ts'
import type { World } from '../ports/index.ts'

/** Of each exporter, how many of the newest exports are looked at: one that is still to be made is among them. */
const newest = 50

/** So long is it tried to remove what an export that has ended has left beside. */
const removedForMs = 7 * 24 * 60 * 60_000

/** Starts the exports again at which nobody was seen for `olderThanMs`: their worker, or its start, was lost. */
export async function resumeExports(
  { catalog, exports }: World<{ catalog: 'read'; exports: 'start' }>,
  { olderThanMs, now = Date.now() }: { readonly olderThanMs: number; readonly now?: number },
): Promise<{ readonly started: readonly string[] }> {
  const started: string[] = []
  for (let after: string | undefined; ; ) {
    const page = await catalog.list(exporters, { limit: 1000, ...(after !== undefined && { after }) })
    for (const { id: exporter } of page.entries) {
      const { entries } = await catalog.list(exportsOf(exporter), { limit: newest, descending: true })
      for (const { id, value } of entries) {
        if (!isLeft(value, now) || now - lastSeen(value) < olderThanMs) continue
        await exports.start(id)
        started.push(id)
      }
    }
    if (page.next === null) return { started }
    after = page.next
  }
}

const isLeft = ({ state, beside, ended }: ExportRecord, now: number): boolean =>
  !isExportEnded(state) || (beside !== undefined && now - Date.parse(ended!) < removedForMs)

const lastSeen = ({ heartbeat, ended, started, requested }: ExportRecord): number =>
  Date.parse(heartbeat ?? ended ?? started ?? requested)
