import { Fault } from '../domain/faults.ts'
import type { Claim } from '../domain/work.ts'
import type { World } from '../ports/index.ts'
import { changeRun } from './run-record.ts'

/**
 * Thrown by a strategy that finds, while a partition is read, that it cannot go on from the version before. `because` is a
 * sentence. It ends the attempt, and another one begins, whose plan reads everything: `full` in the record says so.
 */
export class Anew extends Error {
  readonly because: string

  constructor(because: string, cause?: unknown) {
    super(because, { cause })
    this.because = because
  }
}

/** Notes in the record that everything is to be read. Gives what ends the attempt, for who conducts it. */
export async function readAnew(
  world: World<{ catalog: 'write' }>,
  claim: Claim,
  { because, cause }: Anew,
): Promise<Fault> {
  const noted = await changeRun(world, claim, () => ({ full: true }))
  if (noted === undefined) return new Fault('conflict', 'Another worker has taken this snapshot over.')
  return new Fault('source-changed', because, { hint: 'Take the snapshot again: then everything is read.', cause })
}
