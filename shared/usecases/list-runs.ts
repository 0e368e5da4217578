import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/snapshots.ts'
import type { SnapshotRecord } from '../domain/snapshot.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { runs, snapshotsOf } from '../ports/dataset-records.ts'
import { datasourceOf } from '../snapshots/keys.ts'
import { readCursor, writeCursor } from './list-page.ts'

/** Snapshots that are looked at for one page, so that a rare state does not have everything read. */
const lookedAt = 2000

/** A page may be short, or empty, where much was looked at: `next` tells whether there is more. */
export const listRuns: UseCase<typeof api.listRuns> = async (
  { catalog },
  { limit, cursor, state, datasource, since },
) => {
  const from = since && new Date(since).toISOString()
  const items: SnapshotRecord[] = []
  let after = cursor === undefined ? undefined : readCursor(cursor)
  for (let looked = 0; looked < lookedAt; ) {
    const page = await catalog.list(runs, { limit, descending: true, ...(after !== undefined && { after }) })
    const found = await Promise.all(page.entries.map(({ value }) => read(catalog, value.id)))
    for (const [i, { id }] of page.entries.entries()) {
      if (from !== undefined && id < from) return { body: { items, next: null } }
      after = id
      const run = found[i]
      if (run === undefined || (state !== undefined && run.state !== state)) continue
      if (datasource !== undefined && run.datasource !== datasource) continue
      items.push(run)
      if (items.length === limit) break
    }
    looked += page.entries.length
    const isRead = after === undefined || after === page.entries.at(-1)?.id
    if (isRead && page.next === null) return { body: { items, next: null } }
    if (items.length === limit) break
  }
  return { body: { items, next: after === undefined ? null : writeCursor(after) } }
}

const read = async (catalog: CatalogReader, id: string): Promise<SnapshotRecord | undefined> =>
  (await catalog.get(snapshotsOf(datasourceOf(id)), id))?.value
