import { describe } from 'vitest'
import type { Running } from './process.ts'

/** A server that stands in for AWS in tests. */
export interface Emulator {
  readonly name: string
  /** Why tests with it are skipped; undefined where it is there. */
  readonly missing: string | undefined
  start(): Promise<Running>
}

/** Describes what needs an emulator: where that is missing it is skipped, and the reason is printed. */
export function describeOn({ name, missing }: Emulator, what: string, body: () => void): void {
  if (missing !== undefined) console.warn(`Skipped: ${what} on ${name}: ${missing}`)
  describe.skipIf(missing !== undefined)(
    `${what} on ${name}${missing === undefined ? '' : ` (skipped: ${missing})`}`,
    body,
  )
}
