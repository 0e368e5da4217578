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
  return () => rm(folder, { recursive: true, force: true, maxRetries: 10 })
}
