import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../domain/faults.ts'

/** How a session ends that is logged in. */
export interface Ending {
  /** Has the server end what runs, by a connection of its own. Done when it has taken note; throws nothing. */
  stop(): Promise<void>
  /** Takes leave in order, where nothing runs. */
  quit(): void
}

/** One socket from its login to its end: whether something is under way on it, and what a failure of that means. */
export interface SessionLife {
  /** Runs the login; where that fails, all is over. */
  logIn<T>(run: () => Promise<T>): Promise<T>
  /** From now on it ends like that. */
  endBy(ending: Ending): void
  /** Something is under way from now on. Throws where it has ended. */
  begin(): void
  /** Runs one exchange; `isOver`: whether nothing is under way after it. */
  exchange<T>(run: () => Promise<T>, isOver?: (result: T) => boolean): Promise<T>
  /** From now on everything must be over within that time: fault source-timeout. */
  limit(ms: number): void
  /** What the reader is told of an error. */
  failure(error: unknown): unknown
  /** In order when idle, by `stop` when something runs. Done when the socket is closed. May be called twice. */
  close(): Promise<void>
}

/** A stop that takes longer goes on beside: whoever closes is not kept waiting. */
const closeTimeoutMs = 1_000

/**
 * `toFault` words what the remote side did; `isAnswer`: of an error that the server has answered with, and after which
 * it takes the next statement. The signal ends all.
 */
export function beginLife(
  socket: Socket,
  signal: AbortSignal,
  { toFault, isAnswer }: { toFault(error: unknown): unknown; isAnswer(error: unknown): boolean },
): SessionLife {
  let state: 'idle' | 'busy' | 'closed' = 'idle'
  let isTimedOut = false
  let timer: NodeJS.Timeout | undefined
  let closing: Promise<void> | undefined
  let ending: Ending | undefined
  const isClosed = () => state === 'closed'

  const failure = (error: unknown): unknown => {
    if (signal.aborted) return cancelled(error)
    if (isTimedOut) return new Fault('source-timeout', 'The statement took longer than it may.', { cause: error })
    return toFault(error)
  }
  const close = (): Promise<void> => {
    closing ??= end()
    return closing
  }
  const end = async () => {
    const isRunning = state === 'busy'
    state = 'closed'
    signal.removeEventListener('abort', onAbort)
    clearTimeout(timer)
    socket.on('error', () => {})
    if (isRunning && ending) {
      await Promise.race([ending.stop(), sleep(closeTimeoutMs, undefined, { ref: false })])
      socket.destroy()
    } else if (ending && !socket.destroyed) ending.quit()
    else socket.destroy()
    socket.resume()
    setTimeout(() => socket.destroy(), closeTimeoutMs).unref()
    // Whoever is told that it is closed may count on the server having one connection less.
    if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()))
  }
  const onAbort = () => {
    // Whoever waits for rows is told at once; the server is told beside.
    state = 'busy'
    void close()
    socket.destroy(new Error('aborted'))
  }
  const begin = () => {
    if (signal.aborted || isClosed()) throw failure(new TypeError('The session is closed.'))
    state = 'busy'
  }
  signal.addEventListener('abort', onAbort, { once: true })
  return {
    async logIn(run) {
      try {
        signal.throwIfAborted()
        return await run()
      } catch (error) {
        const told = failure(error)
        socket.destroy()
        await close()
        throw told
      }
    },
    endBy(how) {
      ending = how
    },
    begin,
    async exchange(run, isOver = () => true) {
      begin()
      try {
        const result = await run()
        if (isOver(result) && !isClosed()) state = 'idle'
        return result
      } catch (error) {
        if (isAnswer(error) && !isClosed()) state = 'idle'
        throw signal.aborted || isTimedOut ? failure(error) : error
      }
    },
    limit(ms) {
      timer = setTimeout(() => {
        isTimedOut = true
        onAbort()
      }, ms)
    },
    failure,
    close,
  }
}

export const cancelled = (cause?: unknown): Fault => new Fault('cancelled', 'The caller went away.', { cause })
