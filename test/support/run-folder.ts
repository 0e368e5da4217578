import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder of this run of the tests, which all its files share (`madeOnce`). */
    run: string
  }
}

/** Makes the folder before the first test file, and removes it after the last. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-run-'))
  // Database servers, which are not root, find their files there.
  await chmod(folder, 0o755)
  provide('run', folder)
  // Hundreds of processes load the same code.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled')
  return () => rm(folder, { recursive: true, force: true })
}
