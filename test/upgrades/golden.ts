import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../support/code.ts'

/** A file that is kept of a released version, or their folder. */
export const golden = (version: string, ...file: readonly string[]): string =>
  join(root, 'test/golden', version, ...file)

/** The versions that something is kept of. */
export const kept: readonly string[] = readdirSync(join(root, 'test/golden')).filter((name) =>
  /^\d+\.\d+\.\d+$/.test(name),
)
