import { Fault } from '../../domain/faults.ts'
import { ended } from './ended.ts'

/**
 * The promise, unless the signal aborts or so much time passes first: then `giveUp` is called, which must end what
 * the promise waits for. Faults: cancelled, source-timeout.
 */
export async function patiently<T>(
  promise: Promise<T>,
  { signal, ms, giveUp }: { signal: AbortSignal; ms: number; giveUp: () => void },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let stop = () => {}
  const impatience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow(ms)), ms)
    stop = () => reject(ended(signal))
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
  promise.catch(() => {})
  try {
    return await Promise.race([promise, impatience])
  } catch (thrown) {
    if (signal.aborted || (thrown instanceof Fault && thrown.code === 'source-timeout')) giveUp()
    throw signal.aborted ? ended(signal) : thrown
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

const tooSlow = (ms: number): Fault =>
  new Fault('source-timeout', `The server said nothing for ${Math.round(ms / 1000)} seconds.`, {
    hint: 'Try again; if it stays, ask who runs the server.',
  })
