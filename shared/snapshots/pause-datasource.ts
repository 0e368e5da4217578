import { isFault } from '../domain/faults.ts'
import { datasources } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { datasourceOf } from './keys.ts'

/** Pauses the snapshot's datasource, if that is what it wants when its columns change. */
export async function pauseDatasource({ catalog }: World<{ catalog: 'write' }>, snapshotId: string): Promise<void> {
  for (;;) {
    const entry = await catalog.get(datasources, datasourceOf(snapshotId))
    if (entry === undefined || entry.value.drift !== 'pause' || entry.value.paused) return
    const { id, revision, value } = entry
    try {
      await catalog.write([{ replace: datasources, id, value: { ...value, paused: true }, revision }])
      return
    } catch (thrown) {
      if (!isFault(thrown, 'precondition-failed') && !isFault(thrown, 'not-found')) throw thrown
    }
  }
}
