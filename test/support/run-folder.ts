import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import type {} from './made-once.ts'

/** Makes the folder before the first test file, and removes it after the last. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-run-'))
  // Database servers, which are not root, find their files there.
  await chmod(folder, 0o755)
  provide('run', folder)
  // Hundreds of processes load the same code.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled')
  return async () => {
    delete process.env.NODE_COMPILE_CACHE
    // The last processes may still be writing what they compiled: what they leave so is no failure.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }).catch(() => {})
  }
}
