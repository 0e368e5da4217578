import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { fingerprintApp, fingerprintFile } from './fingerprint.ts'

const dist = join(import.meta.dirname, '../dist')

/** Builds the Data App into `dist/app`, which is replaced at once and only by a whole one. */
export async function buildApp(): Promise<void> {
  const fingerprint = fingerprintApp()
  const made = join(dist, `app-${process.pid}`)
  const old = join(dist, `app-${process.pid}-old`)
  // Whatever who asks for it is run as: else React would be that for development.
  process.env.NODE_ENV = 'production'
  try {
    await mkdir(made, { recursive: true })
    await build({
      configFile: join(import.meta.dirname, 'vite.config.ts'),
      build: { outDir: made, emptyOutDir: true },
      logLevel: 'warn',
    })
    await writeFile(join(made, fingerprintFile), fingerprint)
    if (existsSync(join(dist, 'app'))) await rename(join(dist, 'app'), old)
    await rename(made, join(dist, 'app'))
  } finally {
    await rm(made, { recursive: true, force: true })
    await rm(old, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  // Whoever waits for the API must not wait for this.
  setPriority(10)
  await buildApp()
}
