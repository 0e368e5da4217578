import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { verifyVersion } from '../../shared/snapshots/verify-version.ts'
import { python, pythonLacks } from '../support/python.ts'
import { localWorld, temporaryFolder } from '../support/world.ts'
import { labDatasource, labSources, newLab } from './lab-source.ts'
import { type LabWorld, saveDatasource } from './lab-world.ts'
import { rowsOf, takeOne } from './real-source.ts'

const { signal } = new AbortController()
const lacking = pythonLacks('duckdb')
const why = lacking === undefined ? '' : ` (skipped: ${lacking})`

let world: LabWorld
let disk: Awaited<ReturnType<typeof localWorld>>
beforeEach(async () => {
  disk = await localWorld()
  world = { ...disk, sources: labSources(Object.assign(newLab(5000), { batchRows: 1000 })) }
})
afterEach(() => disk.dispose())

const bytesOf = async (key: string) => {
  const chunks: Uint8Array[] = []
  for await (const chunk of await world.objects.get(key)) chunks.push(Uint8Array.from(chunk))
  return Buffer.concat(chunks)
}

describe.each([
  ['csv', 'gzip', '.csv.gz'],
  ['ndjson', 'gzip', '.ndjson.gz'],
  ['csv', 'zstd', '.csv.zst'],
  ['ndjson', 'zstd', '.ndjson.zst'],
] as const)('%s packed by %s', (format, compression, extension) => {
  beforeEach(async () => {
    await saveDatasource(world, { ...labDatasource(format), compression })
    expect((await takeOne(world)).outcome).toBe('done')
  })

  it('is smaller, and read back as it was', async () => {
    const manifest = await openVersion(world, 'numbers')
    expect(manifest.parts.map(({ key }) => key.slice(-extension.length))).toEqual([extension])
    expect(manifest.bytes).toBeLessThan(40_000)
    const rows = await rowsOf(world)
    expect(rows).toHaveLength(5000)
    expect(rows).toContainEqual(['4999', 'text 4999'])
    expect(rows).toContainEqual(['4998', null])
    expect(await verifyVersion(world, manifest, signal)).toMatchObject({ rows: 5000, problems: [] })
  })

  it('with one flipped byte is found to be damaged', async () => {
    const manifest = await openVersion(world, 'numbers')
    const [{ key }] = manifest.parts as unknown as [{ key: string }]
    const bytes = await bytesOf(key)
    for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
      const flipped = Buffer.from(bytes)
      flipped[at] = flipped[at]! ^ 1
      await world.objects.put(key, flipped)
      expect((await verifyVersion(world, manifest, signal)).problems).toHaveLength(1)
    }
    await world.objects.put(key, bytes.subarray(0, bytes.length >> 1))
    await expect(rowsOf(world)).rejects.toMatchObject({ code: 'source-failed' })
  })

  it.skipIf(lacking !== undefined)(`is read by others${why}`, async () => {
    const [{ key }] = (await openVersion(world, 'numbers')).parts as unknown as [{ key: string }]
    const folder = await temporaryFolder()
    const file = join(folder.path, `part${extension}`)
    await writeFile(file, await bytesOf(key))
    const read = format === 'csv' ? 'read_csv' : 'read_json'
    const script = `import duckdb, sys; print(duckdb.sql(f"select count(*), sum(number::bigint), count(text) from ${read}('{sys.argv[1]}')").fetchall())`
    expect(execFileSync(python, ['-c', script, file]).toString().trim()).toBe('[(5000, 12497500, 4285)]')
    if (compression === 'gzip') {
      const lines = 'import gzip, sys; print(sum(1 for _ in gzip.open(sys.argv[1])))'
      expect(Number(execFileSync(python, ['-c', lines, file]))).toBe(format === 'csv' ? 5001 : 5000)
    }
    await folder.dispose()
  })
})
