import { uploadedPrefix } from '../domain/uploaded-file.ts'
import { datasources } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'

/**
 * Deletes uploaded files that no datasource selects any more: the one before of a dataset, and that of a datasource which
 * was deleted. Spares what is younger than `olderThanMs`: somebody may still be copying it.
 */
export async function sweepUploads(
  { catalog, objects }: World<{ catalog: 'read'; objects: 'write' }>,
  { olderThanMs, now = Date.now() }: { readonly olderThanMs: number; readonly now?: number },
): Promise<{ readonly deleted: number }> {
  let deleted = 0
  for (let after: string | undefined; ; ) {
    const page = await objects.list(uploadedPrefix, { limit: 1000, ...(after !== undefined && { after }) })
    for (const { key, modified } of page.objects) {
      if (now - Date.parse(modified) < olderThanMs) continue
      const path = key.slice(uploadedPrefix.length)
      const datasource = await catalog.get(datasources, path.slice(0, path.indexOf('/')))
      if (datasource?.value.selection.path === path) continue
      await objects.delete(key)
      deleted++
    }
    if (page.next === null) return { deleted }
    after = page.next
  }
}
