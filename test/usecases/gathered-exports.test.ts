import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '../../shared/domain/faults.ts'
import { resumeExports } from '../../shared/exports/resume-exports.ts'
import type { ExportEnds } from '../../shared/exports/run-export.ts'
import { exportsOf } from '../../shared/ports/export-records.ts'
import { type ExportPlatform, exportPlatform } from './export-platform.ts'

let platform: ExportPlatform

const rows = 10

beforeEach(async () => {
  platform = await exportPlatform()
  await platform.define({ format: 'ndjson' })
  await platform.take()
})
afterEach(() => platform.dispose())

const ask = async (mode: 'append' | 'replace' = 'append') => {
  await platform.create({ connector: 'base', table: 'numbers', mode })
  platform.exports.start = async () => {}
  const asked = await platform.call('createExport', { params: { name: 'out' }, body: { dataset: 'numbers' } })
  return asked.body.id as string
}
/** Every batch of the version is kept by itself. */
const work = (id: string, ends: ExportEnds = {}) =>
  platform.work(id, { pace: { ...platform.pace, gatheredFromBytes: 0, keptAfterMs: 0 }, ...ends })
const get = async (id: string) => (await platform.call('getExport', { params: { id } })).body
const numbers = () => platform.shelf.tables.get('numbers')
const change = async (id: string, more: object) => {
  const { catalog } = platform.world
  const { value, revision } = (await catalog.get(exportsOf('out'), id))!
  await catalog.write([{ replace: exportsOf('out'), id, value: { ...value, ...more }, revision }])
}
const long = '2026-01-01T00:00:00.000Z'
/** What is started again, at that time. */
const started = async (at = Date.now() + 60_000) => {
  const ids: string[] = []
  const exports = { start: async (id: string) => void ids.push(id) }
  await resumeExports({ catalog: platform.world.catalog, exports }, { olderThanMs: 30_000, now: at })
  return ids
}

describe('P20 an export that is gathered beside its table', () => {
  it.each(['append', 'replace'] as const)('is shown whole by its last step: %s', async (mode) => {
    const id = await ask(mode)
    platform.shelf.beforeReady = async () => {
      expect(platform.shelf.beside.get(id.slice(-26))).toHaveLength(rows)
      expect(numbers()).toBe(undefined)
    }
    expect(await work(id)).toEqual({ outcome: 'done' })
    expect(numbers()).toHaveLength(rows)
    expect(await get(id)).toMatchObject({ state: 'done', rows, percent: 100 })
    expect(await get(id)).not.toHaveProperty('beside')
    expect(platform.shelf.beside.size).toBe(0)
  })

  it('goes on by worker after worker, as long as each of them comes further', async () => {
    platform.lab.numbers = Array.from({ length: 50_000 }, (_, i) => i)
    await platform.take()
    const id = await ask()
    for (let outcome: unknown; outcome !== 'done'; ) {
      const late = new AbortController()
      let pieces = 0
      platform.shelf.beforeAdd = async () => {
        if (++pieces === 2) late.abort()
      }
      outcome = (await work(id, { late: late.signal })).outcome
      if (outcome !== 'done') expect([outcome, (await get(id)).state]).toEqual(['released', 'pending'])
    }
    expect((await get(id)).attempt).toBeGreaterThan(platform.pace.attempts)
    expect(numbers()?.map((row) => (row as string[])[0])).toEqual(platform.lab.numbers.map(String))
  })

  it('fails where a worker does not come further in its time, and leaves nothing', async () => {
    const id = await ask()
    const late = new AbortController()
    platform.shelf.beforeAdd = async () => late.abort()
    expect(await work(id, { late: late.signal })).toMatchObject({ outcome: 'failed' })
    expect(await get(id)).toMatchObject({ state: 'failed', error: { code: 'source-timeout' } })
    expect(await get(id)).not.toHaveProperty('beside')
    expect([platform.shelf.beside.size, numbers()]).toEqual([0, undefined])
  })

  it('goes on after a failure that may pass, so many times, and not after one that stays', async () => {
    const id = await ask()
    platform.shelf.beforeAdd = () => Promise.reject(new Fault('source-unreachable', 'The connection was lost.'))
    for (let i = 1; i < platform.pace.attempts; i++) expect(await work(id)).toMatchObject({ outcome: 'released' })
    expect((await get(id)).log.at(-1).message).toBe(
      '0 rows are beside: another worker goes on. The connection was lost.',
    )
    expect(await work(id)).toMatchObject({ outcome: 'failed' })
    expect((await get(id)).error.detail).toBe('The connection was lost.')
    const { body } = await platform.call('createExport', { params: { name: 'out' }, body: { dataset: 'numbers' } })
    platform.shelf.beforeAdd = () => Promise.reject(new Fault('conflict', 'A row breaks a rule of the table.'))
    expect(await work(body.id)).toMatchObject({ outcome: 'failed' })
    expect([platform.shelf.beside.size, numbers()]).toEqual([0, undefined])
  })

  it.each(['append', 'replace'] as const)('is shown once where its worker died at the last step: %s', async (mode) => {
    const id = await ask(mode)
    platform.shelf.afterLast = () => Promise.reject(new Fault('source-unreachable', 'The connection was lost.'))
    expect(await work(id)).toMatchObject({ outcome: 'released' })
    expect(numbers()).toHaveLength(rows)
    expect(await work(id)).toEqual({ outcome: 'done' })
    expect(numbers()).toHaveLength(rows)

    const other = (await platform.call('createExport', { params: { name: 'out' }, body: { dataset: 'numbers' } })).body
      .id
    platform.shelf.afterLast = async () => {}
    platform.shelf.atLast = () => Promise.reject(new Fault('source-unreachable', 'The connection was lost.'))
    expect(await work(other)).toMatchObject({ outcome: 'released' })
    // it was seen no more at that step, and so is taken over
    await change(other, { state: 'running', phase: 'showing', heartbeat: long })
    platform.shelf.atLast = async () => {}
    expect(await work(other)).toEqual({ outcome: 'done' })
    expect(numbers()).toHaveLength(mode === 'append' ? 2 * rows : rows)
  })

  it('is removed later where it cannot be removed when it ends, and where it is cancelled while nobody is at it', async () => {
    const id = await ask()
    platform.shelf.beforeAdd = () => Promise.reject(new Fault('conflict', 'A row breaks a rule of the table.'))
    platform.shelf.isStuck = true
    await work(id)
    expect(await get(id)).toMatchObject({ state: 'failed', beside: { rows: 0 } })
    platform.shelf.beforeAdd = async () => {}
    const other = (await platform.call('createExport', { params: { name: 'out' }, body: { dataset: 'numbers' } })).body
      .id
    const stop = new AbortController()
    platform.shelf.beforeReady = async () => stop.abort()
    expect(await work(other, { stop: stop.signal })).toMatchObject({ outcome: 'released' })
    expect(await get(other)).toMatchObject({ beside: { rows } })
    await platform.call('cancelExport', { params: { id: other } })
    expect(await get(other)).toMatchObject({ state: 'cancelled', beside: { rows } })
    expect(platform.shelf.beside.size).toBe(2)

    expect((await started()).sort()).toEqual([id, other].sort())
    expect(await started(Date.now() + 8 * 24 * 60 * 60_000)).toEqual([])
    expect(await work(id)).toEqual({ outcome: 'idle' })
    expect(await get(id)).toHaveProperty('beside')
    platform.shelf.isStuck = false
    for (const each of [id, other]) expect(await work(each)).toEqual({ outcome: 'idle' })
    expect(platform.shelf.beside.size).toBe(0)
    expect(await started()).toEqual([])
  })
})
