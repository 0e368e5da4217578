import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** What `peak-child` prints. */
interface Run {
  readonly bytes: number
  readonly peakMegabytes: number
  readonly threads: number
}

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const minutes = 60_000

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-memory-'))
  await build({
    entryPoints: {
      'peak-child': path('peak-child.ts'),
      'encoding-worker': path('../../shared/formats/groups/worker.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'error',
  })
}, 2 * minutes)
afterAll(() => rmSync(folder, { recursive: true }))

async function run(format: string, rows: number, worker: boolean): Promise<Run> {
  const child = ['--max-old-space-size=64', join(folder, 'peak-child.mjs'), format, String(rows), worker ? 'yes' : 'no']
  const { stdout } = await promisify(execFile)(process.execPath, child)
  return JSON.parse(stdout) as Run
}

test.each([
  ['parquet', true],
  ['parquet', false],
  ['arrow', false],
  ['csv', false],
  ['ndjson', false],
  ['csv', true],
  ['ndjson', true],
] as const)(
  '%s of three million rows, second thread %s, bundled, stays below 256 MB',
  async (format, worker) => {
    const { bytes, peakMegabytes, threads } = await run(format, 3_000_000, worker)
    expect(bytes).toBeGreaterThan(50e6)
    expect(peakMegabytes).toBeLessThan(256)
    expect(threads).toBe(worker ? 1 : 0)
  },
  5 * minutes,
)

test(
  'memory is flat in the rows: four times as many take hardly more',
  async () => {
    const few = await run('parquet', 1_000_000, false)
    const many = await run('parquet', 4_000_000, false)
    expect(many.peakMegabytes).toBeLessThan(few.peakMegabytes + 48)
  },
  5 * minutes,
)
