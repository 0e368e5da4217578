import type { DurableContext } from '@aws/durable-execution-sdk-js'
import { asFault } from '../shared/api/problem.ts'
import { Fault, isFault } from '../shared/domain/faults.ts'
import { type PartitionWork, ToldFault } from '../shared/domain/work.ts'
import type { RunWork } from '../shared/ports/runs.ts'
import { toldFault } from '../shared/snapshots/run-record.ts'
import type { Workers } from '../shared/snapshots/workers.ts'
import { describeError } from './describe-error.ts'
import { log } from './log.ts'

/** What a step gave, as it is kept: a failure too, for it is to be the same when the function comes by again. */
type Kept<T> = { readonly value: T } | { readonly fault: ToldFault }

const tries = 5

/**
 * Workers as Lambda has them: the conductor is a durable function that sleeps while others work, each partition is an
 * invocation of an ordinary function, and so is the holder of the view. `timeMs`: what is left of this invocation.
 */
export function durableWorkers(context: DurableContext, work: RunWork, timeMs: () => number): Workers {
  const step: Workers['step'] = async (name, run) =>
    give(
      await context.step(name, () => keep(() => run(AbortSignal.timeout(Math.max(0, timeMs())))), {
        retryStrategy: (_error, attempt) => ({ shouldRetry: attempt < tries, delay: { seconds: 2 ** attempt } }),
      }),
    )
  return {
    atOnce: 64,
    step,
    async each(items, atOnce, run) {
      const one = async (inner: DurableContext, item: number) => {
        try {
          await run(durableWorkers(inner, work, timeMs), item)
        } catch (thrown) {
          throw new Error(JSON.stringify(toldFault(thrown)))
        }
      }
      const result = await context.map('partitions', [...items], one, {
        maxConcurrency: atOnce,
        completionConfig: { toleratedFailureCount: 0 },
      })
      const [failure] = result.getErrors()
      if (failure) throw faultOf(failure)
    },
    async extract(partition) {
      const kept = await context
        .invoke<PartitionWork, Kept<null>>('extract', work.extractor, partition)
        .catch((cause: unknown): never => {
          throw new Fault('busy', 'The worker at a partition died.', { cause })
        })
      give(kept)
    },
    hold: (holding) => step('hold', () => work.hold(holding)),
    wait: (name, ms) => context.wait(name, { seconds: Math.max(1, Math.ceil(ms / 1000)) }),
  }
}

/** What running comes to, as it is kept. Throws where trying again is what is to be done. */
export async function keep<T>(run: () => Promise<T>): Promise<Kept<T>> {
  try {
    return { value: await run() }
  } catch (thrown) {
    if (isFault(thrown, 'busy')) throw thrown
    const { code } = asFault(thrown)
    log('warn', 'A step of a snapshot failed', { code, cause: describeError(thrown) })
    return { fault: toldFault(thrown) }
  }
}

function give<T>(kept: Kept<T>): T {
  // JSON keeps no value that is undefined
  if ('fault' in kept) throw faultFrom(kept.fault)
  return kept.value
}

const faultFrom = ({ code, detail, hint }: ToldFault): Fault => new Fault(code, detail, hint === null ? {} : { hint })

/** The fault that a partition ended with: the message of an error of ours, which the engine wraps. */
function faultOf(error: Error): Fault {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const told = /\{.*\}/s.exec(cause.message)
    const fault = told && ToldFault.safeParse(parse(told[0]))
    if (fault?.success) return faultFrom(fault.data)
  }
  return new Fault('internal', 'A partition failed.', { cause: error })
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
