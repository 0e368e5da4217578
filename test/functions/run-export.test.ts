import type { Context } from 'aws-lambda'
import { afterEach, expect, it, vi } from 'vitest'
import { handler } from '../../functions/run-export.ts'
import { type ExportEnds, runExport } from '../../shared/exports/run-export.ts'

const start = vi.hoisted(() => vi.fn())
vi.mock('../../shared/exports/run-export.ts', () => ({ runExport: vi.fn() }))
vi.mock('../../functions/world/catalog.ts', () => ({ catalog: () => ({}) }))
vi.mock('../../functions/world/objects.ts', () => ({ objects: () => ({}) }))
vi.mock('../../functions/world/sources.ts', () => ({ sources: () => ({}) }))
vi.mock('../../functions/world/exports.ts', () => ({ exports: () => ({ start }) }))
afterEach(() => vi.clearAllMocks())

/** An invocation that has so long yet, whose work ends by that outcome once its time is over, or at once. */
const invoke = async (leftMs: number, outcome: 'released' | 'done' | 'failed') => {
  vi.mocked(runExport).mockImplementation(async (_world, _id, { late }: ExportEnds = {}) => {
    if (leftMs === 0) await vi.waitUntil(() => late?.aborted)
    return { outcome }
  })
  const context = { getRemainingTimeInMillis: () => leftMs } as Context
  expect(await handler({ exportId: 'out-1' }, context)).toEqual({ outcome })
}

it('P20 an export whose worker has no more time is handed on to the next invocation', async () => {
  await invoke(0, 'released')
  expect(start.mock.calls).toEqual([['out-1']])
})

it('P20 what failed and may pass is left to who tidies, and what has ended is over', async () => {
  await invoke(900_000, 'released')
  await invoke(0, 'done')
  await invoke(0, 'failed')
  expect(start).not.toHaveBeenCalled()
})
