import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../domain/faults.ts'
import type { OpenAt } from '../kind.ts'
import type { Config, Credential } from './config.ts'
import { type BackendKey, type loadDriver, login } from './login.ts'
import { type Described, rowTexts } from './messages.ts'
import { ServerError, toFault } from './refusals.ts'
import { secure } from './tls.ts'
import { createWire, type OnRow, type Statement } from './wire.ts'

export interface Dialler extends OpenAt<Config, Credential> {
  readonly driver: Awaited<ReturnType<typeof loadDriver>>
  readonly cellBytes: number
}

/** A login of its own in a read-only transaction, for one reading; nothing of it is ever used again. */
export interface Session {
  /** Runs one statement and gives its rows as the server's text. */
  texts(statement: Statement): Promise<(string | null)[][]>
  describe(statement: Statement): Promise<readonly Described[] | null>
  /** Starts a statement whose rows `pump` takes, in binary. */
  start(statement: Statement, tooLarge: (column: number | undefined) => Fault): void
  /** Takes rows until `onRow` says true (answers false) or there are no more (true). */
  pump(onRow: OnRow): Promise<boolean>
  /** From now on everything must be over within that time: fault source-timeout. */
  limitTime(ms: number): void
  /** Ends it: in order when idle, by a cancel at the server when something runs. May be called twice. */
  close(): Promise<void>
}

const rowBytesOverCell = 2
const cancelTimeoutMs = 5_000
/** A cancel that takes longer goes on beside: whoever closes is not kept waiting. */
const closeTimeoutMs = 1_000

/** What makes text mean the same everywhere. `extra_float_digits` 1 is the shortest text that reads back exactly. */
const pinned = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  client_encoding: 'UTF8',
  lock_timeout: '5s',
} as const

/** Faults: those of the dial, source-refused, source-timeout. */
export async function openSession(at: Dialler, more: Readonly<Record<string, string>> = {}): Promise<Session> {
  if (at.signal.aborted) throw cancelled()
  const { config, egress, signal } = at
  const dial = async (until: AbortSignal) =>
    secure(await egress.connect(config.host, config.port, until), config, until)
  const socket = await dial(signal).catch((error: unknown) => {
    throw signal.aborted ? cancelled() : toFault(error)
  })
  let state: 'idle' | 'busy' | 'closed' = 'idle'
  let timedOut = false
  let timer: NodeJS.Timeout | undefined
  let closing: Promise<void> | undefined
  let key: BackendKey | undefined

  const failure = (error: unknown): unknown => {
    if (signal.aborted) return cancelled(error)
    if (timedOut) return new Fault('source-timeout', 'The statement took longer than it may.', { cause: error })
    return toFault(error)
  }
  const close = (): Promise<void> => {
    closing ??= end()
    return closing
  }
  const end = async () => {
    const running = state === 'busy'
    state = 'closed'
    signal.removeEventListener('abort', onAbort)
    clearTimeout(timer)
    socket.on('error', () => {})
    if (running && key) {
      await Promise.race([cancel(key), sleep(closeTimeoutMs, undefined, { ref: false })])
      socket.destroy()
    } else if (key) wire.terminate()
    else socket.destroy()
    socket.resume()
    setTimeout(() => socket.destroy(), 1_000).unref()
  }
  const onAbort = () => {
    // Whoever waits for rows is told at once; the server is told beside.
    state = 'busy'
    void close()
    socket.destroy(new Error('aborted'))
  }
  const cancel = async ({ pid, secret }: BackendKey) => {
    const request = Buffer.alloc(16)
    request.writeInt32BE(16, 0)
    request.writeInt32BE(80_877_102, 4)
    request.writeInt32BE(pid, 8)
    request.writeUInt32BE(secret, 12)
    try {
      const other = await dial(AbortSignal.timeout(cancelTimeoutMs))
      await new Promise<void>((resolve) => {
        other.on('error', resolve).on('close', resolve)
        other.resume()
        other.end(request)
      })
      other.destroy()
    } catch {
      // The server notices the closed connection at the latest when it sends the next row.
    }
  }
  let tooLarge = (column: number | undefined): Fault =>
    new Fault('too-large', `A value (column ${column}) is larger than ${at.cellBytes} bytes.`)

  signal.addEventListener('abort', onAbort, { once: true })
  try {
    key = await login(at.driver, socket, config, at.credential)
  } catch (error) {
    const told = failure(error)
    socket.destroy()
    await close()
    throw told
  }
  const wire = createWire(socket, {
    cellBytes: at.cellBytes,
    rowBytes: at.cellBytes * rowBytesOverCell,
    tooLarge: (column) => tooLarge(column),
  })

  const guarded = async <T>(run: () => Promise<T>, isOver: (result: T) => boolean): Promise<T> => {
    if (signal.aborted || state === 'closed') throw failure(new TypeError('The session is closed.'))
    state = 'busy'
    try {
      const result = await run()
      if (isOver(result) && (state as string) !== 'closed') state = 'idle'
      return result
    } catch (error) {
      if (error instanceof ServerError && (state as string) !== 'closed') state = 'idle'
      throw signal.aborted || timedOut ? failure(error) : error
    }
  }
  const texts = (...statements: readonly Statement[]) =>
    guarded(
      async () => {
        const rows: (string | null)[][] = []
        for (const statement of statements) wire.send(statement, 'text')
        for (const _ of statements) {
          rows.length = 0
          while (
            !(await wire.pump((bytes, position) => {
              rows.push(rowTexts(bytes, position))
              return false
            }))
          );
        }
        return rows
      },
      () => true,
    )

  const settings = Object.entries({ ...pinned, ...more })
  try {
    // The settings are read by a SELECT: from it on the transaction has its snapshot and cannot be made a writing one.
    await texts(
      { sql: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' },
      {
        sql: `SELECT ${settings.map((_, i) => `set_config($${2 * i + 1}, $${2 * i + 2}, true)`).join(', ')}`,
        parameters: settings.flat(),
      },
    )
  } catch (error) {
    await close()
    throw failure(error)
  }

  return {
    texts: (statement) => texts(statement),
    describe: (statement) =>
      guarded(
        () => wire.describe(statement),
        () => true,
      ),
    start(statement, onTooLarge) {
      tooLarge = onTooLarge
      if (signal.aborted || state === 'closed') throw failure(new TypeError('The session is closed.'))
      state = 'busy'
      wire.send(statement, 'binary')
    },
    pump: (onRow) =>
      guarded(
        () => wire.pump(onRow),
        (over) => over,
      ),
    limitTime(ms) {
      timer = setTimeout(() => {
        timedOut = true
        onAbort()
      }, ms)
    },
    close,
  }
}

const cancelled = (cause?: unknown): Fault => new Fault('cancelled', 'The caller went away.', { cause })
