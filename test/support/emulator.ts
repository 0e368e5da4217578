import { afterAll, beforeAll, describe } from 'vitest'
import type { Running } from './process.ts'

/** A server that stands in for AWS in tests. */
export interface Emulator {
  readonly name: string
  /** Why tests with it are skipped; undefined where it is there. */
  readonly missing: string | undefined
  start(): Promise<Running>
}

/**
 * Describes what needs an emulator, which runs while its tests do: `endpoint` says where. Where it is missing they are
 * skipped, and the reason is printed.
 */
export function describeOn(
  { name, missing, start }: Emulator,
  what: string,
  body: (endpoint: () => string) => void,
): void {
  if (missing !== undefined) console.warn(`Skipped: ${what} on ${name}: ${missing}`)
  describe.skipIf(missing !== undefined)(
    `${what} on ${name}${missing === undefined ? '' : ` (skipped: ${missing})`}`,
    () => {
      let server: Running
      beforeAll(async () => {
        server = await start()
      })
      afterAll(() => server?.stop())
      body(() => server.endpoint)
    },
  )
}
