import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { operations } from '../../shared/api/index.ts'
import { limitWorld } from '../../shared/api/limit-world.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { findExport } from '../../shared/exports/export-record.ts'
import { resumeExports } from '../../shared/exports/resume-exports.ts'
import { outbox } from '../../shared/ports/event-records.ts'
import { exporters, exportsOf } from '../../shared/ports/export-records.ts'
import type { World } from '../../shared/ports/index.ts'
import { connectors } from '../../shared/ports/records.ts'
import { findExporter } from '../../shared/usecases/find-exporter.ts'
import { gate } from '../snapshots/lab-world.ts'
import { type ExportPlatform, exportPlatform } from './export-platform.ts'

let platform: ExportPlatform

beforeEach(async () => {
  platform = await exportPlatform()
  await platform.define({ format: 'csv' })
  await platform.take()
})
afterEach(() => platform.dispose())

const named = { params: { name: 'out' } }
const file = { connector: 'shelf', path: 'out/numbers.csv' }
const table = { connector: 'base', table: 'numbers' }
const unfit: readonly (readonly [body: object, pointer: string])[] = [
  [{ ...table, mode: 'safe' }, '/body/mode'],
  [{ ...table, mode: 'timestamp' }, '/body/mode'],
  [table, '/body/mode'],
  [{ ...file, mode: 'append' }, '/body/mode'],
  [{ connector: 'shelf', table: 'numbers' }, '/body/path'],
  [{ connector: 'base', path: 'a.csv', mode: 'append' }, '/body/table'],
  [{ ...file, table: 'numbers' }, '/body/table'],
  [{ ...table, mode: 'append', format: 'csv' }, '/body/format'],
  [{ connector: 'none', path: 'a' }, '/body/connector'],
  ...['/a.csv', 'a/../b.csv', '../a', 'a//b', './a', '/', 'a\n'].map(
    (path) => [{ connector: 'shelf', path }, '/body/path'] as const,
  ),
]
const codeOf = ({ body }: { body: { code?: string } }) => body.code
const eventTypes = async () =>
  (await platform.world.catalog.list(outbox, { limit: 100 })).entries
    .map(({ value }) => value.type)
    .filter((type) => type.startsWith('export.'))

describe('P19 an exporter', () => {
  it('is made, got by name and uid, changed, listed and deleted', async () => {
    const made = await platform.create(file)
    expect(made).toMatchObject({ status: 201, headers: { location: '/v1/exporters/out', etag: '"1"' } })
    expect(made.body).toMatchObject({ name: 'out', title: 'out', connector: 'shelf', mode: 'safe', table: null })
    expect((await platform.call('getExporter', { params: { name: made.body.uid } }, 'viewer')).body).toEqual(made.body)
    expect((await platform.call('listExporters', {}, 'viewer')).body.items).toEqual([made.body])
    expect((await platform.call('listExporters', { query: { connector: 'base' } })).body.items).toEqual([])
    expect(codeOf(await platform.create(file))).toBe('conflict')
    const headers = { 'if-match': '"1"' }
    const changed = await platform.call('updateExporter', {
      ...named,
      headers,
      body: { mode: 'replace', title: 'Out' },
    })
    expect(changed.body).toMatchObject({ mode: 'replace', title: 'Out', path: file.path })
    const stale = { ...named, headers, body: { ...table, mode: 'append' } }
    expect(codeOf(await platform.call('updateExporter', stale))).toBe('precondition-failed')
    const moved = await platform.call('updateExporter', { ...stale, headers: { 'if-match': '*' } })
    expect(moved.body).toMatchObject({ connector: 'base', path: null, table: 'numbers', mode: 'append' })
    const using = { params: { name: 'base' }, headers: { 'if-match': '*' } }
    expect(codeOf(await platform.call('deleteConnector', using))).toBe('conflict')
    expect((await platform.call('deleteExporter', { ...named, headers: { 'if-match': '*' } })).status).toBe(204)
    expect(codeOf(await platform.call('getExporter', named))).toBe('not-found')
    expect((await platform.call('deleteConnector', using)).status).toBe(204)
  })

  it.each(unfit)('that does not fit is refused: %j', async (body, pointer) => {
    const { status, body: problem } = await platform.create(body)
    expect(status).toBe(400)
    expect(problem.errors[0].pointer).toBe(pointer)
    expect((await platform.call('listExporters')).body.items).toEqual([])
  })

  it('of a connector that does not allow writing, or cannot, is refused; and so are its exports later', async () => {
    expect(await platform.create({ ...file, connector: 'locked' })).toMatchObject({ status: 403 })
    expect(await platform.create({ ...file, connector: 'lab' })).toMatchObject({ status: 422 })
    await platform.create(file)
    const { value, revision } = (await platform.world.catalog.get(connectors, 'shelf'))!
    const readOnly = { ...value, allowWrite: false }
    await platform.world.catalog.write([{ replace: connectors, id: 'shelf', value: readOnly, revision }])
    expect(await platform.export()).toMatchObject({ code: 'forbidden' })
    expect(platform.shelf.opened).toBe(0)
  })

  it('is not there, nor are its exports, for a token of other connectors', async () => {
    await platform.create(file)
    const { id } = await platform.export()
    const seenBy = (connector: string): World<{ catalog: 'read' }> => limitWorld(platform.world as never, [connector])
    const other = seenBy('lab')
    await expect(findExporter(other.catalog, 'out')).rejects.toMatchObject({ code: 'not-found' })
    await expect(findExport(other, id)).rejects.toMatchObject({ code: 'not-found' })
    expect((await other.catalog.list(exporters, { limit: 9 })).entries).toEqual([])
    const own = seenBy('shelf')
    expect((await findExporter(own.catalog, 'out')).value.name).toBe('out')
    expect((await findExport(own, id)).value.id).toBe(id)
  })

  it('is for editors with a token that may write, and read by viewers', async () => {
    const { createExporter, createExport, cancelExport, listExports } = operations
    expect([createExporter, createExport, cancelExport].map(({ scope }) => scope)).toEqual(['write', 'write', 'write'])
    expect(listExports.scope).toBe('read')
    expect(await platform.call('createExporter', { body: { name: 'out', ...file } }, 'viewer')).toMatchObject({
      status: 403,
    })
    await platform.create(file)
    const asked = { ...named, body: { dataset: 'numbers' } }
    expect(await platform.call('createExport', asked, 'viewer')).toMatchObject({ status: 403 })
    expect(await platform.call('listExports', named, 'viewer')).toMatchObject({ status: 200 })
  })
})

describe('P20 an export', () => {
  it('is a run with state, counts and a log, in the list at once', async () => {
    await platform.create(file)
    const hold = gate()
    platform.shelf.beforeReady = () => hold.opened
    const asked = await platform.call('createExport', { ...named, body: { dataset: 'numbers' } }, 'editor')
    expect(asked).toMatchObject({ status: 202, body: { state: 'pending', version: 1, target: file.path } })
    const { id } = asked.body
    expect(asked.headers.location).toBe(`/v1/exports/${id}`)
    expect((await platform.call('listExports', named)).body.items).toMatchObject([{ id }])
    const get = async () => (await platform.call('getExport', { params: { id } }, 'viewer')).body
    await expect.poll(async () => (await get()).phase).toBe('writing')
    const deleting = { ...named, headers: { 'if-match': '*' } }
    expect(codeOf(await platform.call('deleteExporter', deleting))).toBe('conflict')
    hold.open()
    await expect.poll(async () => (await get()).state).toBe('done')
    expect(await get()).toMatchObject({ rows: 10, percent: 100, error: null, requestedBy: 'ada', heartbeat: null })
    expect((await get()).log.map(({ message }: { message: string }) => message)).toEqual([
      'Version 1 of numbers, 10 rows, is to be written to out/numbers.csv of shelf (safe).',
      'It begins.',
      '10 rows are in out/numbers.csv.',
    ])
    expect(platform.shelf.files.get(file.path)?.toString()).toMatch(/^number,text\r\n0,\r\n1,text 1\r\n/)
    expect(await eventTypes()).toEqual(['export.succeeded'])
    expect(platform.shelf.opened).toBe(1)
    expect(platform.shelf.closed).toBeGreaterThanOrEqual(1)
  })

  it('P19 in the mode safe fails where there is a file; replace takes its place; timestamp writes beside it', async () => {
    await platform.create(file)
    expect(await platform.export()).toMatchObject({ state: 'done' })
    const failed = await platform.export()
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'conflict' } })
    expect(failed.log.at(-1).message).toBe('There is a file out/numbers.csv already.')
    expect(await eventTypes()).toEqual(['export.succeeded', 'export.failed'])
    const headers = { 'if-match': '*' }
    await platform.call('updateExporter', { ...named, headers, body: { mode: 'replace' } })
    platform.lab.numbers = [5]
    await platform.take()
    expect(await platform.export()).toMatchObject({ state: 'done', version: 2, rows: 1 })
    expect(platform.shelf.files.get(file.path)?.toString()).toBe('number,text\r\n5,text 5\r\n')
    await platform.call('updateExporter', { ...named, headers, body: { mode: 'timestamp' } })
    const { target } = await platform.export({ version: 1 })
    expect(target).toMatch(/^out\/numbers-\d{8}T\d{9}Z\.csv$/)
    expect([...platform.shelf.files.keys()]).toEqual([file.path, target])
  })

  it('P19 replaces a table, or adds to it', async () => {
    await platform.create({ ...table, mode: 'append' })
    await platform.export()
    await platform.export()
    expect(platform.shelf.tables.get('numbers')).toHaveLength(20)
    const body = { mode: 'replace' }
    await platform.call('updateExporter', { ...named, headers: { 'if-match': '*' }, body })
    expect(await platform.export()).toMatchObject({ state: 'done', to: 'tables', format: null, rows: 10 })
    expect(platform.shelf.tables.get('numbers')?.[1]).toEqual(['1', 'text 1'])
    expect(await platform.export({ format: 'csv' })).toMatchObject({ code: 'invalid-request' })
  })

  it.each([
    ['out/', undefined, 'out/numbers.csv', 'csv'],
    ['out/a.ndjson', undefined, 'out/a.ndjson', 'ndjson'],
    ['a.jsonl', undefined, 'a.jsonl', 'ndjson'],
    ['a.parquet', undefined, 'a.parquet', 'parquet'],
    ['a.txt', undefined, 'a.txt', 'csv'],
    ['a.txt', 'json', 'a.txt', 'json'],
    ['out/', 'parquet', 'out/numbers.parquet', 'parquet'],
    ['a.csv.gz', undefined, 'a.csv.gz', 'csv'],
  ])('to %s as %s is the file %s in %s', async (path, format, target, written) => {
    await platform.create({ connector: 'shelf', path })
    expect(await platform.export(format ? { format } : {})).toMatchObject({ state: 'done', target, format: written })
    const bytes = platform.shelf.files.get(target)!
    const begins = { csv: 'number', ndjson: '{"num', json: '{"col', parquet: 'PAR1' }[written]!
    const head = path.endsWith('.gz') ? '\x1f\x8b' : begins
    expect(bytes.subarray(0, head.length).toString('latin1')).toBe(head)
  })

  it('of a dataset of one file writes the file as it is; of several, or into a table, is refused', async () => {
    platform.lab.files = [{ path: 'deep/report.pdf', text: 'PDF' }]
    await platform.take()
    await platform.create({ connector: 'shelf', path: 'out/' })
    expect(await platform.export()).toMatchObject({ state: 'done', target: 'out/report.pdf', format: null })
    expect(platform.shelf.files.get('out/report.pdf')?.toString()).toBe('PDF')
    platform.lab.files = [...platform.lab.files, { path: 'b', text: 'b' }]
    await platform.take()
    expect(await platform.export()).toMatchObject({ code: 'not-offered' })
    await platform.call('updateExporter', {
      ...named,
      headers: { 'if-match': '*' },
      body: { ...table, mode: 'append' },
    })
    expect(await platform.export()).toMatchObject({ code: 'not-offered' })
    expect(await platform.export({ version: 9 })).toMatchObject({ code: 'not-found' })
    expect(await platform.export({ dataset: 'none' })).toMatchObject({ code: 'not-found' })
  })

  it('with one Idempotency-Key is one', async () => {
    await platform.create({ ...table, mode: 'append' })
    const request = { ...named, body: { dataset: 'numbers' }, headers: { 'idempotency-key': 'once' } }
    const first = await platform.call('createExport', request)
    expect((await platform.call('createExport', request)).body.id).toBe(first.body.id)
    await expect.poll(() => platform.shelf.tables.get('numbers')?.length).toBe(10)
    expect((await platform.call('listExports', named)).body.items).toHaveLength(1)
  })

  it('that was started twice is made once', async () => {
    await platform.create({ ...table, mode: 'append' })
    const { start } = platform.exports
    platform.exports.start = (id) => start(id).then(() => start(id))
    expect(await platform.export()).toMatchObject({ state: 'done', attempt: 1 })
    expect(platform.shelf.tables.get('numbers')).toHaveLength(10)
    const { items } = (await platform.call('listExports', named)).body
    expect(await platform.work(items[0].id)).toEqual({ outcome: 'idle' })
  })

  it('that cannot be started has failed', async () => {
    await platform.create(file)
    platform.exports.start = () => Promise.reject(new Error('no workers'))
    expect((await platform.call('createExport', { ...named, body: { dataset: 'numbers' } })).status).toBe(500)
    expect((await platform.call('listExports', named)).body.items).toMatchObject([{ state: 'failed' }])
  })

  it.each(['', 'numbers', 'out-x', 'none-01h00000000000000000000000', '../../etc'])(
    'is not found under the id "%s"',
    async (id) => {
      expect(codeOf(await platform.call('getExport', { params: { id: id || ' ' } }))).toBe('not-found')
    },
  )
})

describe('P20 an export that is ended', () => {
  /** One that is under way, at the moment before its last step; nobody works at it by itself. */
  const ask = async (body: object) => {
    await platform.create(body)
    platform.exports.start = async () => {}
    return (await platform.call('createExport', { ...named, body: { dataset: 'numbers' } })).body.id as string
  }
  const get = async (id: string) => (await platform.call('getExport', { params: { id } })).body
  const untilAborted = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  /** A worker that is seen no more, at that phase. */
  const die = async (id: string, phase: string) => {
    const { catalog } = platform.world
    const { value, revision } = (await catalog.get(exportsOf('out'), id))!
    const lost = {
      ...value,
      state: 'running',
      phase,
      attempt: value.attempt + 1,
      heartbeat: '2026-01-01T00:00:00.000Z',
    }
    await catalog.write([{ replace: exportsOf('out'), id, value: lost, revision }])
  }

  it('by a cancel writes nothing', async () => {
    const id = await ask({ ...table, mode: 'append' })
    platform.shelf.beforeReady = untilAborted
    const working = platform.work(id)
    await expect.poll(async () => (await get(id)).phase).toBe('writing')
    expect((await platform.call('cancelExport', { params: { id } }, 'editor')).status).toBe(202)
    expect(await working).toMatchObject({ outcome: 'cancelled' })
    expect(await get(id)).toMatchObject({ state: 'cancelled' })
    expect(platform.shelf.tables.size).toBe(0)
    expect(await eventTypes()).toEqual(['export.cancelled'])
    expect((await platform.call('cancelExport', { params: { id } })).status).toBe(202)
  })

  it('before anybody works at it is over at once, and at its last step no more', async () => {
    const id = await ask({ ...table, mode: 'append' })
    await die(id, 'showing')
    const { catalog } = platform.world
    const { value, revision } = (await catalog.get(exportsOf('out'), id))!
    const alive = { ...value, heartbeat: new Date().toISOString() }
    await catalog.write([{ replace: exportsOf('out'), id, value: alive, revision }])
    expect(codeOf(await platform.call('cancelExport', { params: { id } }))).toBe('conflict')
    const other = (await platform.call('createExport', { ...named, body: { dataset: 'numbers' } })).body.id
    expect((await platform.call('cancelExport', { params: { id: other } })).body.state).toBe('cancelled')
    expect(await platform.work(other)).toEqual({ outcome: 'idle' })
  })

  it('by its worker being told to stop is given back, and begun anew', async () => {
    const id = await ask({ ...table, mode: 'append' })
    platform.shelf.beforeReady = untilAborted
    const stop = new AbortController()
    const working = platform.work(id, { stop: stop.signal })
    await expect.poll(async () => (await get(id)).phase).toBe('writing')
    stop.abort()
    expect(await working).toMatchObject({ outcome: 'released' })
    platform.shelf.beforeReady = async () => {}
    expect(await platform.work(id)).toEqual({ outcome: 'done' })
    expect(platform.shelf.tables.get('numbers')).toHaveLength(10)
  })

  it('by the time that a worker has fails, and says so', async () => {
    const id = await ask(file)
    platform.shelf.beforeReady = untilAborted
    const late = new AbortController()
    const working = platform.work(id, { late: late.signal })
    await expect.poll(async () => (await get(id)).phase).toBe('writing')
    late.abort()
    expect(await working).toMatchObject({ outcome: 'failed' })
    expect(await get(id)).toMatchObject({ state: 'failed', error: { code: 'source-timeout' } })
    expect(platform.shelf.files.size).toBe(0)
  })

  it.each(['opening', 'writing'])(
    'by the death of its worker while %s is begun anew, whatever the mode',
    async (phase) => {
      const id = await ask({ ...table, mode: 'append' })
      await die(id, phase)
      const started: string[] = []
      const exports = { start: async (id: string) => void started.push(id) }
      await resumeExports({ catalog: platform.world.catalog, exports }, { olderThanMs: 60_000 })
      expect(started).toEqual([id])
      expect(await platform.work(id)).toEqual({ outcome: 'done' })
      expect(await get(id)).toMatchObject({ state: 'done', attempt: 2 })
      expect(platform.shelf.tables.get('numbers')).toHaveLength(10)
    },
  )

  it.each([
    [{ ...table, mode: 'append' }, 'failed'],
    [file, 'failed'],
    [{ ...file, mode: 'timestamp' }, 'failed'],
    [{ ...file, mode: 'replace' }, 'done'],
    [{ ...table, mode: 'replace' }, 'done'],
  ])('by the death of its worker at its last step: %j is %s', async (exporter, state) => {
    const id = await ask(exporter)
    await die(id, 'showing')
    await platform.work(id)
    const record = await get(id)
    expect(record).toMatchObject({ state })
    if (state === 'done') return
    expect(record.error.detail).toMatch(/^It was lost at its last step: .* may be there, whole, or not at all\.$/)
    expect(platform.shelf.opened).toBe(0)
  })

  it('by another worker that takes it over shows nothing', async () => {
    const id = await ask({ ...table, mode: 'append' })
    const late = gate()
    platform.shelf.beforeReady = () => late.opened
    const paused = platform.work(id, { pace: { ...platform.pace, heartbeatMs: 1_000_000 } })
    await expect.poll(async () => (await get(id)).phase).toBe('writing')
    await die(id, 'writing')
    platform.shelf.beforeReady = async () => {}
    expect(await platform.work(id)).toEqual({ outcome: 'done' })
    late.open()
    expect(await paused).toMatchObject({ outcome: 'lost' })
    expect(platform.shelf.tables.get('numbers')).toHaveLength(10)
  })

  it('by a connection that is lost at its last step has failed, and nobody knows; by a refusal there, everybody', async () => {
    const id = await ask({ ...table, mode: 'append' })
    platform.shelf.atLast = () => Promise.reject(new Fault('source-unreachable', 'The connection was lost.'))
    await platform.work(id)
    expect((await get(id)).error.detail).toMatch(/may be there, whole, or not at all/)
    const other = (await platform.call('createExport', { ...named, body: { dataset: 'numbers' } })).body.id
    platform.shelf.atLast = () => Promise.reject(new Fault('conflict', 'A row breaks a rule of the table.'))
    await platform.work(other)
    expect((await get(other)).error.detail).toBe('A row breaks a rule of the table.')
  })

  it('by the death of as many workers as are given is over', async () => {
    const id = await ask({ ...table, mode: 'replace' })
    for (let i = 0; i < platform.pace.attempts; i++) await die(id, 'writing')
    expect(await platform.work(id)).toEqual({ outcome: 'idle' })
    expect(await get(id)).toMatchObject({ state: 'failed', error: { code: 'internal' } })
  })
})
