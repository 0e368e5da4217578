import * as z from 'zod'
import { Name } from '../../shared/domain/connector.ts'
import { Fault } from '../../shared/domain/faults.ts'
import type { Gathered, Showing, TableWriter, Writer } from '../../shared/domain/writer.ts'
import { steadyExportPace } from '../../shared/exports/export-pace.ts'
import { type ExportEnds, type ExportOutcome, runExport } from '../../shared/exports/run-export.ts'
import { findConnector } from '../../shared/ports/find-connector.ts'
import { connectors } from '../../shared/ports/records.ts'
import type { KindInfo, Writers } from '../../shared/ports/sources.ts'
import { showRows } from '../support/rows.ts'
import { labPlatform } from './lab-platform.ts'

/** What was written, and where tests wait or fail. */
export interface Shelf {
  readonly files: Map<string, Buffer>
  readonly tables: Map<string, unknown[]>
  /** What is gathered beside tables, by its id. */
  readonly beside: Map<string, unknown[]>
  /** Before the step that shows, and at that step: what it throws is what the server did. */
  beforeReady: (signal: AbortSignal) => Promise<void>
  atLast: () => Promise<void>
  /** When it is shown, and nobody knows yet. */
  afterLast: () => Promise<void>
  /** Before rows are kept beside. */
  beforeAdd: (signal: AbortSignal) => Promise<void>
  /** Whether nothing beside can be removed. */
  isStuck: boolean
  opened: number
  closed: number
}

const kindOf = (kind: string, to?: Writer['to']): KindInfo => ({
  kind,
  title: kind,
  capabilities: [],
  config: z.strictObject({}),
  credential: z.strictObject({}),
  selection: z.strictObject({}),
  ...(to && { writing: { to } }),
})

/** The lab's platform with a shelf that files and tables can be written to, in memory. `locked` is one that may not. */
export async function exportPlatform() {
  const platform = await labPlatform()
  const { lab: _, ...rest } = platform
  const { world } = platform
  const pace = { ...steadyExportPace, ...platform.pace }
  const shelf: Shelf = {
    files: new Map(),
    tables: new Map(),
    beside: new Map(),
    beforeReady: async () => {},
    atLast: async () => {},
    afterLast: async () => {},
    beforeAdd: async () => {},
    isStuck: false,
    opened: 0,
    closed: 0,
  }
  const kinds = [kindOf('shelf', 'files'), kindOf('base', 'tables'), world.sources.get('lab')]
  const sources: Writers = {
    list: () => kinds,
    get: (kind) => kinds.find((info) => info.kind === kind) ?? kinds[2]!,
    async openToWrite(name, signal) {
      const { value: record } = await findConnector(world.catalog, name)
      if (!record.allowWrite) throw new Fault('forbidden', 'It does not allow writing.')
      shelf.opened++
      return { record, writer: record.kind === 'shelf' ? fileWriter(shelf, signal) : tableWriter(shelf, signal) }
    },
  }
  const runs: Promise<ExportOutcome>[] = []
  const written = { catalog: world.catalog, objects: world.objects, sources }
  const work = (id: string, ends: ExportEnds = {}) => runExport(written, id, { pace, ...ends })
  const exports = {
    async start(id: string) {
      runs.push(work(id))
    },
  }
  Object.assign(world, { exports, sources: { ...world.sources, ...sources } })
  for (const [name, kind, allowWrite] of [
    ['shelf', 'shelf', true],
    ['base', 'base', true],
    ['locked', 'shelf', false],
  ] as const) {
    const lab = (await findConnector(world.catalog, 'lab')).value
    const value = { ...lab, uid: `con_${name}`, name: Name.parse(name), kind, allowWrite, budget: 4 }
    await world.catalog.write([{ create: connectors, id: name, value }])
  }
  return {
    ...rest,
    lab: platform.lab,
    pace,
    shelf,
    exports,
    /** Makes an export that was asked for. */
    work,
    create: (body: object) => platform.call('createExporter', { body: { name: 'out', ...body } }, 'editor'),
    /** Exports `numbers` by the exporter `out`, and waits for its end. */
    async export(body: object = {}) {
      const asked = await platform.call('createExport', {
        params: { name: 'out' },
        body: { dataset: 'numbers', ...body },
      })
      await Promise.all(runs.splice(0))
      return asked.status === 202
        ? (await platform.call('getExport', { params: { id: asked.body.id } })).body
        : asked.body
    },
  }
}

export type ExportPlatform = Awaited<ReturnType<typeof exportPlatform>>

async function show(shelf: Shelf, signal: AbortSignal, { ready }: Showing, run: () => void): Promise<void> {
  await shelf.beforeReady(signal)
  signal.throwIfAborted()
  await ready()
  await shelf.atLast()
  run()
}

const fileWriter = (shelf: Shelf, signal: AbortSignal): Writer => ({
  to: 'files',
  async put(key, bytes, options) {
    const chunks: Buffer[] = []
    for await (const chunk of bytes) chunks.push(Buffer.from(chunk))
    if (options.ifAbsent && shelf.files.has(key)) throw new Fault('conflict', `There is a file ${key} already.`)
    await show(shelf, signal, options, () => shelf.files.set(key, Buffer.concat(chunks)))
  },
  close: async () => void shelf.closed++,
})

const tableWriter = (shelf: Shelf, signal: AbortSignal): TableWriter => ({
  to: 'tables',
  async put(table, rows, options) {
    const written = await showRows(rows)
    await show(shelf, signal, options, () => {
      const before = options.mode === 'append' ? (shelf.tables.get(table) ?? []) : []
      shelf.tables.set(table, [...before, ...written])
    })
  },
  gatherer: {
    async begin({ id, rows, mayBeShown }, keep): Promise<Gathered> {
      const there = shelf.beside.get(id)
      if (there === undefined && mayBeShown) return { rows, isShown: true, at: id }
      if (there === undefined) await keep()
      shelf.beside.set(id, there ?? [])
      return { rows: there?.length ?? 0, isShown: false, at: id }
    },
    async add(to, { id }, rows) {
      const added = await showRows(rows)
      await shelf.beforeAdd(signal)
      signal.throwIfAborted()
      const there = [...(shelf.beside.get(id) ?? []), ...added]
      shelf.beside.set(id, there)
      return { ...to, rows: there.length }
    },
    async show(_, { id, table, mode }, showing) {
      await show(shelf, signal, showing, () => {
        const before = mode === 'append' ? (shelf.tables.get(table) ?? []) : []
        shelf.tables.set(table, [...before, ...(shelf.beside.get(id) ?? [])])
        shelf.beside.delete(id)
      })
      await shelf.afterLast()
    },
    async discard(id) {
      if (shelf.isStuck) throw new Fault('source-unreachable', 'Nobody answers.')
      shelf.beside.delete(id)
    },
  },
  close: async () => void shelf.closed++,
})
