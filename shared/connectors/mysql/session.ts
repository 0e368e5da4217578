import { Fault } from '../../domain/faults.ts'
import type { OpenAt } from '../kind.ts'
import type { Credential } from '../sql/config.ts'
import { beginLife, cancelled } from '../sql/session-life.ts'
import type { OnRow } from '../sql/stream-batches.ts'
import type { Config } from './config.ts'
import type { Greeting } from './greeting.ts'
import { type loadDriver, login } from './login.ts'
import type { Described } from './packets.ts'
import { nullParameter, type Parameter, textParameter } from './parameters.ts'
import { ServerError, toFault } from './refusals.ts'
import { rowTexts, valuesAt } from './rows.ts'
import { type Secured, secure } from './tls.ts'
import { createWire, type Prepared } from './wire.ts'

export interface Dialler extends OpenAt<Config, Credential> {
  readonly driver: Awaited<ReturnType<typeof loadDriver>>
  readonly cellBytes: number
  /** It may write, and begins no transaction by itself: nothing that reads asks for that. */
  readonly writes?: true
}

/** A login of its own in a read-only transaction that sees one moment, for one reading; never used again. */
export interface Session {
  readonly server: Greeting
  /** Runs one statement and gives its rows as text. */
  texts(sql: string, parameters?: readonly (string | null | Parameter)[]): Promise<(string | null)[][]>
  /** Runs a statement of our own that returns no rows, its text some MB at most. */
  command(sql: string): Promise<void>
  prepare(sql: string): Promise<Prepared>
  /** Runs a statement whose rows `pump` takes; its columns, undefined where it returns none. */
  start(
    prepared: Prepared,
    parameters: readonly Parameter[],
    tooLarge: (column: number | undefined) => Fault,
  ): Promise<readonly Described[] | undefined>
  /** Takes rows until `onRow` says true (answers false) or there are no more (true). */
  pump(onRow: OnRow): Promise<boolean>
  /** Has the server end every statement after that time, and ends everything here a little later: source-timeout. */
  limitTime(ms: number): Promise<void>
  /** Ends it: in order when idle, by a KILL at the server when something runs. May be called twice. */
  close(): Promise<void>
}

const rowBytesOverCell = 2
const killTimeoutMs = 5_000
const leaveTimeoutMs = 1_000
/** The server is given a moment to end a statement by itself. */
const graceMs = 500

/** What makes text mean the same everywhere, and lets a slow reader take its time. */
const pinned = {
  character_set_client: "'utf8mb4'",
  character_set_results: "'utf8mb4'",
  collation_connection: "'utf8mb4_general_ci'",
  time_zone: "'+00:00'",
  lock_wait_timeout: '5',
  net_write_timeout: '3600',
  max_sort_length: '16384',
}
const pinnedBy = {
  mariadb: { sql_mode: "'STRICT_TRANS_TABLES'", tx_isolation: "'REPEATABLE-READ'", tx_read_only: '1' },
  mysql: {
    sql_mode: "'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES'",
    transaction_isolation: "'REPEATABLE-READ'",
    transaction_read_only: '1',
  },
}
/** What is strict refuses a value that does not fit, in every engine, instead of cutting it. */
const writingBy = {
  mariadb: { sql_mode: "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'", tx_read_only: '0' },
  mysql: { sql_mode: "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'", transaction_read_only: '0' },
}
const beginSql = 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY'

/** Faults: those of the dial, source-refused, source-timeout. */
export async function openSession(at: Dialler): Promise<Session> {
  const { config, egress, signal } = at
  if (signal.aborted) throw cancelled()
  const dial = async (until: AbortSignal): Promise<Secured> =>
    secure(await egress.connect(config.host, config.port, until), config, until)
  const secured = await dial(signal).catch((error: unknown) => {
    throw signal.aborted ? cancelled(error) : toFault(error)
  })
  const { socket, greeting } = secured
  const life = beginLife(socket, signal, { toFault, isAnswer: (error) => error instanceof ServerError })
  const number = await life.logIn(() => login(at.driver, secured, config, at.credential))
  let tooLarge = (column: number | undefined): Fault =>
    new Fault('too-large', `A value (column ${column}) is larger than ${at.cellBytes} bytes.`)
  const wire = createWire(socket, {
    cellBytes: at.cellBytes,
    rowBytes: at.cellBytes * rowBytesOverCell,
    tooLarge: (column) => tooLarge(column),
  })
  life.endBy({ stop: () => kill(at, dial, number), quit: () => wire.quit() })
  try {
    const product = greeting.isMariadb ? 'mariadb' : 'mysql'
    const settings = { ...pinned, ...(at.writes ? writingBy : pinnedBy)[product] }
    const assignments = Object.entries(settings).map(([name, value]) => `SESSION ${name} = ${value}`)
    await life.exchange(() => wire.command(`SET ${assignments.join(', ')}`))
    if (!at.writes) await life.exchange(() => wire.command(beginSql))
  } catch (error) {
    await life.close()
    throw toFault(error)
  }

  return {
    server: greeting,
    texts: (sql, parameters = []) =>
      life.exchange(async () => {
        const rows: (string | null)[][] = []
        const prepared = await wire.prepare(sql)
        const values = parameters.map((value) =>
          value === null ? nullParameter : typeof value === 'string' ? textParameter(value) : value,
        )
        const columns = (await wire.execute(prepared, values)) ?? []
        const onRow: OnRow = (bytes, start) => {
          rows.push(rowTexts(bytes, start, valuesAt(start, columns.length), columns))
          return false
        }
        if (columns.length > 0) while (!(await wire.pump(onRow)));
        wire.forget(prepared)
        return rows
      }),
    command: (sql) => life.exchange(() => wire.command(sql)),
    prepare: (sql) => life.exchange(() => wire.prepare(sql)),
    start(prepared, parameters, onTooLarge) {
      tooLarge = onTooLarge
      return life.exchange(
        () => wire.execute(prepared, parameters),
        (columns) => columns === undefined,
      )
    },
    pump: (onRow) =>
      life.exchange(
        () => wire.pump(onRow),
        (isOver) => isOver,
      ),
    async limitTime(ms) {
      life.limit(ms + graceMs)
      const limit = greeting.isMariadb ? `max_statement_time = ${ms / 1000}` : `max_execution_time = ${Math.ceil(ms)}`
      await life.exchange(() => wire.command(`SET SESSION ${limit}`))
    },
    close: life.close,
  }
}

/** Ends a session and what it runs, by a login of its own. Done when the server has taken note. */
async function kill(at: Dialler, dial: (until: AbortSignal) => Promise<Secured>, number: number): Promise<void> {
  const signal = AbortSignal.timeout(killTimeoutMs)
  try {
    const secured = await dial(signal)
    const { socket } = secured
    const end = () => socket.destroy()
    signal.addEventListener('abort', end, { once: true })
    try {
      await login(at.driver, secured, at.config, at.credential)
      const wire = createWire(socket, { cellBytes: 0, rowBytes: 1 << 20, tooLarge: () => new Error('No rows.') })
      await wire.command(`KILL ${number}`)
      wire.quit()
    } finally {
      signal.removeEventListener('abort', end)
      socket.on('error', () => {})
      setTimeout(end, leaveTimeoutMs).unref()
    }
  } catch {
    // It has ended by itself, or ends when the server sends the next row to the closed connection.
  }
}
