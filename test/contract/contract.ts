import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

/** Cases that an adapter cannot keep, by name, each with the reason. */
export type Skips = Readonly<Record<string, string>>

export interface Disposable {
  dispose(): Promise<void>
}

/**
 * Runs cases against an adapter, each with a store of its own. What it cannot keep is left out and printed with its
 * reason: it is no test that waits for something to be installed. A skip that names no case fails.
 */
export function runContract<Subject extends Disposable>(
  name: string,
  make: () => Promise<Subject>,
  skips: Skips,
  cases: Readonly<Record<string, (subject: Subject) => Promise<void>>>,
): void {
  describe(name, () => {
    let subject: Subject | undefined
    beforeAll(() => {
      for (const [each, reason] of Object.entries(skips)) console.info(`${name} skips "${each}": ${reason}`)
    })
    beforeEach(async () => {
      subject = await make()
    })
    afterEach(async () => {
      await subject?.dispose()
      subject = undefined
    })
    for (const [each, run] of Object.entries(cases)) if (!(each in skips)) it(each, () => run(subject!))
    it('skips only cases that there are', () => {
      expect(Object.keys(cases)).toEqual(expect.arrayContaining(Object.keys(skips)))
    })
  })
}

/** What became of many things done at once: how many went well, and the fault codes of the others. */
export async function outcomes(work: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const each of await Promise.allSettled(work)) {
    const word = each.status === 'fulfilled' ? 'done' : (each.reason.code ?? String(each.reason))
    counts[word] = (counts[word] ?? 0) + 1
  }
  return counts
}

/** Sorted as UTF-8 bytes are, which differs from JavaScript's order past U+FFFF. */
export const inByteOrder = (texts: readonly string[]): string[] =>
  [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
