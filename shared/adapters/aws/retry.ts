import { setTimeout as sleep } from 'node:timers/promises'

export interface RetryOptions {
  readonly tries: number
  readonly isRetryable: (thrown: unknown) => boolean
  /** The longest wait before the second try; it doubles with each try, up to `capMs`. */
  readonly baseMs?: number
  readonly capMs?: number
}

/** Tries again after waits of random length ("full jitter"), so that many who were refused at once come back apart. */
export async function retry<T>(
  work: () => Promise<T>,
  { tries, isRetryable, baseMs = 50, capMs = 2000 }: RetryOptions,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (thrown) {
      if (tried >= tries || !isRetryable(thrown)) throw thrown
      await sleep(Math.random() * Math.min(capMs, baseMs * 2 ** (tried - 1)))
    }
  }
}
