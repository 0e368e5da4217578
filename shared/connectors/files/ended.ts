import { Fault } from '../../domain/faults.ts'

/** What a call throws whose signal has aborted: the signal's own fault, or that the caller went away. */
export const ended = (signal: AbortSignal): Fault =>
  signal.reason instanceof Fault
    ? signal.reason
    : new Fault('cancelled', 'The caller went away.', { cause: signal.reason })

export function throwIfEnded(signal: AbortSignal): void {
  if (signal.aborted) throw ended(signal)
}

/** What an iteration gives; where it fails because the signal aborted, with the fault that says so. */
export const eachWanted = <T>(signal: AbortSignal, items: AsyncIterable<T>): AsyncIterable<T> => ({
  [Symbol.asyncIterator]() {
    const each = items[Symbol.asyncIterator]()
    return {
      next: () => whileWanted(signal, each.next()),
      return: async () => (await each.return?.()) ?? { done: true, value: undefined },
    }
  },
})

/** The promise; where it fails because the signal aborted, with the fault that says so. */
export async function whileWanted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (thrown) {
    throwIfEnded(signal)
    throw thrown
  }
}
