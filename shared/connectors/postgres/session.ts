import { Fault } from '../../domain/faults.ts'
import type { OpenAt } from '../kind.ts'
import type { Credential } from '../sql/config.ts'
import { beginLife, cancelled } from '../sql/session-life.ts'
import type { OnRow } from '../sql/stream-batches.ts'
import { cancel } from './cancel.ts'
import type { Config } from './config.ts'
import { type loadDriver, login } from './login.ts'
import { type Described, rowTexts } from './messages.ts'
import { ServerError, toFault } from './refusals.ts'
import { secure } from './tls.ts'
import { createWire, type Statement } from './wire.ts'

export interface Dialler extends OpenAt<Config, Credential> {
  readonly driver: Awaited<ReturnType<typeof loadDriver>>
  readonly cellBytes: number
  /** Its transactions may write: nothing that reads asks for that. */
  readonly writes?: true
}

/** A login of its own in a read-only transaction, for one reading; nothing of it is ever used again. */
export interface Session {
  /** Runs one statement and gives its rows as the server's text. */
  texts(statement: Statement): Promise<(string | null)[][]>
  describe(statement: Statement): Promise<readonly Described[] | null>
  /** Starts a statement whose rows `pump` takes, in binary. */
  start(statement: Statement, tooLarge: (column: number | undefined) => Fault): void
  /** Has a COPY take these bytes, in a session that may write. Where they fail, the session is to be closed. */
  copyIn(sql: string, bytes: AsyncIterable<Uint8Array>): Promise<void>
  /** Takes rows until `onRow` says true (answers false) or there are no more (true). */
  pump(onRow: OnRow): Promise<boolean>
  /** From now on everything must be over within that time: fault source-timeout. */
  limitTime(ms: number): void
  /** Ends it: in order when idle, by a cancel at the server when something runs. May be called twice. */
  close(): Promise<void>
}

const beginSql = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'
const beginWritingSql = 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE'
const rowBytesOverCell = 2
const cancelTimeoutMs = 5_000

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

/**
 * `view`: the exported snapshot whose moment the session sees.
 * Faults: those of the dial, source-refused, source-timeout, source-changed where that snapshot is over.
 */
export async function openSession(
  at: Dialler,
  more: Readonly<Record<string, string>> = {},
  view?: string,
): Promise<Session> {
  if (at.signal.aborted) throw cancelled()
  const { config, egress, signal } = at
  const dial = async (until: AbortSignal) =>
    secure(await egress.connect(config.host, config.port, until), config, until)
  const socket = await dial(signal).catch((error: unknown) => {
    throw signal.aborted ? cancelled() : toFault(error)
  })
  const life = beginLife(socket, signal, { toFault, isAnswer: (error) => error instanceof ServerError })
  const key = await life.logIn(() =>
    login(at.driver, socket, config, at.credential, at.writes ? beginWritingSql : beginSql),
  )
  let tooLarge = (column: number | undefined): Fault =>
    new Fault('too-large', `A value (column ${column}) is larger than ${at.cellBytes} bytes.`)
  const wire = createWire(socket, {
    cellBytes: at.cellBytes,
    rowBytes: at.cellBytes * rowBytesOverCell,
    tooLarge: (column) => tooLarge(column),
  })
  life.endBy({
    stop: () => cancel(() => dial(AbortSignal.timeout(cancelTimeoutMs)), key),
    quit: () => wire.terminate(),
  })

  /** Statements that were sent along and whose answers nobody has read. */
  let unread = 0
  const catchUp = async () => {
    for (; unread > 0; unread--) while (!(await wire.pump(() => false)));
  }
  if (view !== undefined) {
    wire.send({ sql: `SET TRANSACTION SNAPSHOT '${view}'` }, 'text')
    await life
      .exchange(() => wire.pump(() => false))
      .catch(async (error: unknown) => {
        await life.close()
        throw error instanceof ServerError ? viewLost(error) : life.failure(error)
      })
  }
  // A SELECT: from it on the transaction has its snapshot and cannot be made a writing one.
  const settings = Object.entries({ ...pinned, ...more })
  const places = settings.map((_, i) => `set_config($${2 * i + 1}, $${2 * i + 2}, true)`)
  wire.send({ sql: `SELECT ${places.join(', ')}`, parameters: settings.flat() }, 'text')
  unread++

  return {
    texts: (statement) =>
      life.exchange(async () => {
        const rows: (string | null)[][] = []
        wire.send(statement, 'text')
        await catchUp()
        const onRow: OnRow = (bytes, position) => {
          rows.push(rowTexts(bytes, position))
          return false
        }
        while (!(await wire.pump(onRow)));
        return rows
      }),
    describe: (statement) =>
      life.exchange(async () => {
        await catchUp()
        return wire.describe(statement)
      }),
    start(statement, onTooLarge) {
      tooLarge = onTooLarge
      life.begin()
      wire.send(statement, 'binary')
    },
    copyIn: (sql, bytes) =>
      life.exchange(async () => {
        await catchUp()
        await wire.copyIn(sql, bytes)
      }),
    pump: (onRow) =>
      life.exchange(
        async () => {
          await catchUp()
          return wire.pump(onRow)
        },
        (isOver) => isOver,
      ),
    limitTime: (ms) => life.limit(ms),
    close: life.close,
  }
}

export const viewLost = (cause?: unknown): Fault =>
  new Fault('source-changed', 'The moment that was to be read is over at the source.', {
    hint: 'Take the snapshot again.',
    cause,
  })
