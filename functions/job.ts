import type { Context } from 'aws-lambda'
import { describeError } from './describe-error.ts'
import { log } from './log.ts'

/** A failure whose message is for who invoked the function, and holds nothing that must not be logged. */
export class Told extends Error {}

/** What leaves a function once its failure is logged. */
export const logged = (): Error => new Error('The failure is in the lines before.')

/**
 * A Lambda that no route leads to. The runtime writes whatever leaves a function into the log, messages, causes and all:
 * so names, codes and places are logged here, and the failure itself goes no further.
 */
export const job =
  <Event, Result>(run: (event: Event, context: Context) => Promise<Result>) =>
  async (event: Event, context: Context): Promise<Result> => {
    try {
      return await run(event, context)
    } catch (thrown) {
      if (thrown instanceof Told) throw thrown
      log('error', 'The function failed', { cause: describeError(thrown) })
      throw logged()
    }
  }
