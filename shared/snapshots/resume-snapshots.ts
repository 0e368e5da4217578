import { isEnded, type SnapshotRecord } from '../domain/snapshot.ts'
import { datasources, snapshotsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { findStarter } from './together.ts'

/** Of each datasource, how many of the newest snapshots are looked at: one that is still to be taken is among them. */
const newest = 20

/** Starts the snapshots again at which nobody was seen for `olderThanMs`: their worker, or its start, was lost. */
export async function resumeSnapshots(
  { catalog, runs }: World<{ catalog: 'read'; runs: 'start' }>,
  { olderThanMs, now = Date.now() }: { readonly olderThanMs: number; readonly now?: number },
): Promise<{ readonly started: readonly string[] }> {
  const started: string[] = []
  for (let after: string | undefined; ; ) {
    const page = await catalog.list(datasources, { limit: 1000, ...(after !== undefined && { after }) })
    for (const { id: datasource } of page.entries) {
      const { entries } = await catalog.list(snapshotsOf(datasource), { limit: newest, descending: true })
      for (const entry of entries) {
        if (isEnded(entry.value.state)) continue
        const { id, value } = await findStarter({ catalog }, entry)
        if (isEnded(value.state) || value.waits || now - lastSeen(value) < olderThanMs || started.includes(id)) continue
        await runs.start(id)
        started.push(id)
      }
    }
    if (page.next === null) return { started }
    after = page.next
  }
}

const lastSeen = ({ heartbeat, started, requested }: SnapshotRecord): number =>
  Date.parse(heartbeat ?? started ?? requested)
