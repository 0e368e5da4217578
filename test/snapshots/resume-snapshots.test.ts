import { describe, expect, it } from 'vitest'
import type { SnapshotRecord } from '../../shared/domain/snapshot.ts'
import { datasources, snapshotsOf } from '../../shared/ports/dataset-records.ts'
import { resumeSnapshots } from '../../shared/snapshots/resume-snapshots.ts'
import { labDatasource, pendingSnapshot } from './lab-source.ts'
import { memoryCatalog } from './memory-ports.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString()

/** What is started of snapshots in these states, looked at when nobody was seen for ten minutes. */
async function resumed(...records: readonly Partial<SnapshotRecord>[]): Promise<readonly string[]> {
  const catalog = memoryCatalog()
  const datasource = labDatasource()
  await catalog.write([{ create: datasources, id: datasource.name, value: datasource }])
  for (const [i, record] of records.entries()) {
    const id = `${datasource.name}-${i}`
    await catalog.write([
      { create: snapshotsOf(datasource.name), id, value: { ...pendingSnapshot(id), requested: ago(60), ...record } },
    ])
  }
  const asked: string[] = []
  const runs = {
    async start(id: string) {
      asked.push(id)
    },
  }
  const { started } = await resumeSnapshots({ catalog, runs }, { olderThanMs: 600_000, now })
  expect(started).toEqual(asked)
  return asked
}

describe('resuming snapshots', () => {
  it('starts what nobody began, and what nobody was seen at for long', async () => {
    expect(await resumed({}, { state: 'running', started: ago(50), heartbeat: ago(30) })).toEqual([
      'numbers-1',
      'numbers-0',
    ])
  })

  it('leaves alone what has just been asked for, what a worker is at, and what has ended', async () => {
    expect(
      await resumed(
        { requested: ago(1) },
        { state: 'running', started: ago(50), heartbeat: ago(1) },
        { state: 'done', ended: ago(30) },
        { state: 'failed', ended: ago(30) },
        { state: 'cancelled', ended: ago(30) },
      ),
    ).toEqual([])
  })

  it('starts again what was given back', async () => {
    expect(await resumed({ state: 'pending', started: ago(15), heartbeat: null, attempt: 1 })).toEqual(['numbers-0'])
  })
})
