import { Worker } from 'node:worker_threads'
import type { EmbeddedPostgres } from '../embedded-postgres.ts'

export type FlightsLogin = Pick<EmbeddedPostgres, 'host' | 'port' | 'user' | 'password' | 'database'>

/**
 * Loads the three million flights in a thread of its own, so that requests are answered meanwhile. The table is seen
 * when it is complete, and not before. Aborting leaves nothing. Answers how many rows there are.
 */
export function loadFlights(login: FlightsLogin, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const { host, port, user, password, database } = login
    const worker = new Worker(new URL('./flights-worker.ts', import.meta.url), {
      workerData: { host, port, user, password, database },
    })
    const abort = () => void worker.terminate()
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => {
      signal.removeEventListener('abort', abort)
      reject(signal.aborted ? signal.reason : new Error('The thread that loads the flights ended too early.'))
    })
    worker.unref()
  })
}
