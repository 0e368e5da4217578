/**
 * `node bench/cli-start.ts`: what `headgate --help` costs beside a bare Node, which is to be under 100 ms. Both are started
 * in turn; the least time of each counts, since what else the machine does can only add to it.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const rounds = Number(process.env.HEADGATE_BENCH_ROUNDS ?? 25)
const program = join(import.meta.dirname, '../cli/headgate.mjs')

const contests: Readonly<Record<string, readonly string[]>> = {
  'bare Node': ['-e', '0'],
  'headgate --help': [program, '--help'],
  'headgate sources --help': [program, 'sources', '--help'],
  'headgate --version': [program, '--version'],
}

const least = new Map<string, number>()
// The first round fills the cache of compiled code, and does not count.
for (let round = 0; round <= rounds; round++)
  for (const [name, args] of Object.entries(contests)) {
    const began = performance.now()
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' })
    const ms = performance.now() - began
    if (status !== 0) throw new Error(`${name} ended with ${status}`)
    if (round > 0) least.set(name, Math.min(ms, least.get(name) ?? Number.POSITIVE_INFINITY))
  }

const bare = least.get('bare Node')!
for (const [name, ms] of least)
  process.stdout.write(`${name.padEnd(24)} ${ms.toFixed(0).padStart(4)} ms  +${(ms - bare).toFixed(0)}\n`)
