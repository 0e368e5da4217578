import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder of this run of the tests, which all its files share (`madeOnce`). */
    run: string
  }
}

/**
 * A folder that whoever needs it first makes, and that is there until the run of all tests ends: for what is dear to make
 * and good for many test files. They read and copy it; nobody writes there.
 */
export async function madeOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(inject('run'), name)
  const made = `${folder}.made`
  while (!existsSync(made)) {
    const isOurs = await mkdir(folder).then(
      () => true,
      () => false,
    )
    if (!isOurs) {
      // Another worker makes it.
      await sleep(50)
      continue
    }
    try {
      await make(folder)
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    }
    await writeFile(made, '')
  }
  return folder
}
