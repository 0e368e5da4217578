import { execFileSync } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localRegistry } from '../../shared/adapters/local/registry.ts'
import { Name } from '../../shared/domain/connector.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { deliverEvents } from '../../shared/events/deliver-events.ts'
import type { Registry } from '../../shared/ports/registry.ts'
import { repairTables } from '../../shared/registry/repair-tables.ts'
import { syncTable } from '../../shared/registry/sync-table.ts'
import { toTable } from '../../shared/registry/to-table.ts'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { python, pythonLacks } from '../support/python.ts'
import { type LabPlatform, labPlatform } from '../usecases/lab-platform.ts'

let platform: LabPlatform
let registry: Registry
let failures: unknown[]

beforeEach(async () => {
  platform = await labPlatform()
  await platform.define({ format: 'parquet' })
  registry = localRegistry({ folder: join(platform.folder, 'tables'), objects: join(platform.folder, 'objects') })
  failures = []
})
afterEach(() => platform.dispose())

const numbers = { params: { name: 'numbers' } }
const tell = () =>
  deliverEvents(
    { ...platform.world, registry, events: { publish: async () => {}, send: async () => 204 } },
    { signal: new AbortController().signal, onFailure: (thrown) => failures.push(thrown) },
  )
const file = () => join(platform.folder, 'tables', 'numbers.json')
const shown = async () => (await registry.list({})).tables.map(({ version }) => version)

describe('engines are shown the version that is read', () => {
  it('after a publication, a rollback, and deletions', async () => {
    await platform.take()
    await tell()
    expect(await shown()).toEqual([1])
    platform.lab.numbers = [1, 2, 3]
    await platform.take()
    await tell()
    expect(await shown()).toEqual([2])
    await platform.call('rollBackDataset', { ...numbers, body: { version: 1 } })
    await tell()
    expect(await shown()).toEqual([1])
    await platform.call('deleteVersion', { params: { name: 'numbers', version: '1' } })
    await tell()
    expect(await shown()).toEqual([2])
    await platform.call('deleteDataset', { ...numbers, headers: { 'if-match': '*' } })
    await tell()
    expect(await shown()).toEqual([])
    expect(failures).toEqual([])
  })

  it('whatever becomes of the telling: a repair finds what is wrong, and touches nothing else', async () => {
    await platform.take()
    await tell()
    await platform.take()
    const onFailure = (_: string, thrown: unknown) => failures.push(thrown)
    const world = { ...platform.world, registry }
    expect(await repairTables(world, { onFailure })).toEqual({ repaired: 1 })
    expect(await shown()).toEqual([2])
    expect(await repairTables(world, { onFailure })).toEqual({ repaired: 0 })
    await rm(file())
    await mkdir(join(platform.folder, 'tables'), { recursive: true })
    const gone = JSON.stringify({ dataset: 'gone', version: 3 })
    await writeFile(join(platform.folder, 'tables', 'gone.json'), gone)
    expect(await repairTables(world, { onFailure })).toEqual({ repaired: 2 })
    expect(await registry.list({})).toMatchObject({ tables: [{ dataset: 'numbers', version: 2 }] })
  })

  it('a registry that is down holds up no receiver, and is made up for', async () => {
    await platform.take()
    const { put } = registry
    registry = { ...registry, put: () => Promise.reject(new Fault('busy', 'down')) }
    expect(await tell()).toMatchObject({ spread: 2 })
    expect(failures).toMatchObject([{ code: 'busy' }])
    registry = { ...registry, put }
    await repairTables({ ...platform.world, registry }, { onFailure: () => {} })
    expect(await shown()).toEqual([1])
  })

  it('of several who do it at once, the last one looks last', async () => {
    await platform.take()
    await platform.take()
    const { put } = registry
    let isFirst = true
    const slow: Registry = {
      ...registry,
      async put(table) {
        if (isFirst) {
          isFirst = false
          await platform.call('rollBackDataset', { ...numbers, body: { version: 1 } })
          await syncTable({ ...platform.world, registry }, Name.parse('numbers'))
        }
        await put(table)
      },
    }
    await syncTable({ ...platform.world, registry: slow }, Name.parse('numbers'))
    expect(await shown()).toEqual([1])
  })
})

describe('what engines cannot read is not shown', () => {
  it('other formats, files, names that are one in lower case, decimals too wide', async () => {
    await platform.take()
    const manifest = await openVersion(platform.world, 'numbers')
    expect(toTable(manifest, 'Numbers')).toMatchObject({ version: 1, files: manifest.parts.map(({ key }) => key) })
    const column = manifest.columns[0]!
    for (const more of [
      { format: 'csv' as const },
      { shape: 'files' as const },
      { columns: [column, { ...column, name: column.name.toUpperCase() }] },
      { columns: [{ ...column, name: ' ' }] },
      { columns: [{ ...column, type: 'decimal(39,2)' }] },
      { columns: [{ ...column, type: 'list<decimal(76,2)>' }] },
    ])
      expect(toTable({ ...manifest, ...more }, 'Numbers'), JSON.stringify(more)).toBeUndefined()
  })

  it('and takes the place of what was shown before', async () => {
    await platform.take()
    await tell()
    await platform.call('updateDatasource', { ...numbers, headers: { 'if-match': '*' }, body: { format: 'ndjson' } })
    await platform.take()
    await tell()
    expect(await shown()).toEqual([])
    const onFailure = () => {}
    expect(await repairTables({ ...platform.world, registry }, { onFailure })).toEqual({ repaired: 0 })
  })
})

const lacking = pythonLacks('duckdb')

describe.skipIf(lacking !== undefined)(`DuckDB${lacking === undefined ? '' : ` (skipped: ${lacking})`}`, () => {
  it('reads the version that is read now by its documented layout, without Headgate', async () => {
    const script = fileURLToPath(new URL('engine.py', import.meta.url))
    const read = () => JSON.parse(execFileSync(python, [script, file()], { encoding: 'utf8' })) as [number, string][]
    await platform.take()
    await tell()
    expect(read().map(([number]) => number)).toEqual(platform.lab.numbers)
    platform.lab.numbers = [5, 6, 7]
    await platform.take()
    await tell()
    expect(read().map(([number]) => number)).toEqual([5, 6, 7])
    await platform.call('rollBackDataset', { ...numbers, body: { version: 1 } })
    await tell()
    expect(read()).toHaveLength(10)
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ dataset: 'numbers', version: 1, rows: 10 })
  })
})
