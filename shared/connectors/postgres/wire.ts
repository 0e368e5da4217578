/**
 * The extended query protocol, over a socket that is logged in: one statement at a time, its parameters always
 * apart from its text, its rows handed over as bytes. The simple protocol, which would run several statements of
 * one text, is not spoken at all. (PostgreSQL manual, "Message Flow" and "Message Formats".)
 */

import type { Socket } from 'node:net'
import { Fault } from '../../domain/faults.ts'
import { queueOf } from '../sql/chunks.ts'
import type { OnRow } from '../sql/stream-batches.ts'
import { bind, type Described, errorFields, execute, message, parse, rowDescription, sync, text } from './messages.ts'
import { offProtocol, ServerError } from './refusals.ts'

export interface Statement {
  readonly sql: string
  /** Values as the server's text; null is NULL. */
  readonly parameters?: readonly (string | null)[]
  /** Type OIDs of the parameters; absent or 0: the server finds out. */
  readonly types?: readonly number[]
}

export interface Wire {
  /** Has the server parse one statement, without running it. Its columns; null where it returns no rows. */
  describe(statement: Statement): Promise<readonly Described[] | null>
  /** Asks for a statement to be run, its results in binary or text. `pump` then takes its rows, in the same order. */
  send(statement: Statement, format: 'binary' | 'text'): void
  /**
   * Asks for a COPY from here, and sends it the bytes; over when the server has taken them all. Where they fail it throws
   * that, in the middle of the exchange: the session must be ended.
   */
  copyIn(sql: string, bytes: AsyncIterable<Uint8Array>): Promise<void>
  /** Takes rows until `onRow` says true (answers false: there may be more) or the statement is over (true). */
  pump(onRow: OnRow): Promise<boolean>
  /** Ends the conversation in order. */
  terminate(): void
}

export interface WireLimits {
  /** Of one cell. It is checked before the cell's bytes are read. */
  readonly cellBytes: number
  readonly rowBytes: number
  /** The failure to throw: a column's index, where one cell is too large by itself. */
  tooLarge(column: number | undefined): Error
}

const otherMessageBytes = 32 << 20

const nothing: OnRow = () => false

/** Waits until more can be sent. Ends where the socket does: what is then waited for fails. */
const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const go = () => {
      socket.off('drain', go).off('close', go)
      resolve()
    }
    if (socket.destroyed) resolve()
    else socket.on('drain', go).on('close', go)
  })

export function createWire(socket: Socket, limits: WireLimits): Wire {
  const chunks = queueOf(socket)
  let bytes: Buffer = Buffer.alloc(0)
  let at = 0
  let rest: Buffer | undefined
  let error: ServerError | undefined
  let bound = false
  let isCopying = false
  let columns: readonly Described[] | null = null

  const pump = async (onRow: OnRow): Promise<boolean> => {
    for (;;) {
      const size = bytes.length - at < 5 ? 5 : 1 + bytes.readInt32BE(at + 1)
      if (bytes.length - at < size || size < 5) {
        if (at === bytes.length && rest !== undefined) {
          bytes = rest
          rest = undefined
          at = 0
        } else await assemble()
        continue
      }
      const type = bytes[at]!
      const start = at
      at += size
      if (type === 0x44 /* DataRow */) {
        if (size < 7) throw offProtocol()
        if (onRow(bytes, start + 5, at)) return false
      } else if (type === 0x47 /* CopyInResponse */ && isCopying) {
        return false
      } else if (type === 0x5a /* ReadyForQuery */) {
        const failed = error
        error = undefined
        bound = false
        if (failed) throw failed
        return true
      } else handle(type, bytes.subarray(start + 5, at))
    }
  }

  const handle = (type: number, body: Buffer): void => {
    switch (type) {
      case 0x45 /* ErrorResponse */:
        {
          const fields = errorFields(body)
          error ??= new ServerError(fields, !bound)
          // After a fatal one the server says no more.
          if (fields.get('V') === 'FATAL' || fields.get('V') === 'PANIC') throw error
          return
        }
      case 0x54 /* RowDescription */:
        columns = rowDescription(body)
        return
      case 0x6e /* NoData */:
        columns = null
        return
      case 0x32 /* BindComplete */:
        bound = true
        return
      case 0x31 /* ParseComplete */:
      case 0x33 /* CloseComplete */:
      case 0x41 /* NotificationResponse */:
      case 0x43 /* CommandComplete */:
      case 0x49 /* EmptyQueryResponse */:
      case 0x4e /* NoticeResponse */:
      case 0x53 /* ParameterStatus */:
      case 0x73 /* PortalSuspended */:
      case 0x74 /* ParameterDescription */:
        return
      default:
        throw new Fault('source-failed', 'The server said something that no reading statement leads to.')
    }
  }

  /** Waits until `bytes` holds one whole message from `at` on; only a message cut by a chunk's end is copied. */
  const assemble = async (): Promise<void> => {
    let head: Buffer = bytes.subarray(at)
    if (head.length === 0) {
      chunks.free(bytes)
      bytes = await chunks.next()
      at = 0
      return
    }
    let next = await chunks.next()
    while (head.length < 5) {
      const take = Math.min(5 - head.length, next.length)
      head = Buffer.concat([head, next.subarray(0, take)])
      next = next.subarray(take)
      if (head.length < 5) next = await chunks.next()
    }
    const needed = 1 + head.readInt32BE(1)
    const isRow = head[0] === 0x44
    if (needed < 5 || (!isRow && needed > otherMessageBytes)) throw offProtocol()
    const whole = Buffer.allocUnsafeSlow(Math.min(needed, limits.rowBytes))
    let filled = head.copy(whole)
    chunks.free(bytes)
    for (;;) {
      const taken = next.copy(whole, filled, 0)
      filled += taken
      if (needed > limits.cellBytes) inspect(whole.subarray(0, filled), needed)
      if (filled === needed) {
        if (taken < next.length) rest = next.subarray(taken)
        else chunks.free(next)
        break
      }
      chunks.free(next)
      next = await chunks.next()
    }
    bytes = whole
    at = 0
  }

  /** Looks through the lengths that have arrived of a large row. */
  const inspect = (row: Buffer, needed: number): void => {
    if (row.length < 7) return
    const count = row.readInt16BE(5)
    let position = 7
    for (let column = 0; column < count && position + 4 <= row.length; column++) {
      const length = row.readInt32BE(position)
      if (length > limits.cellBytes) throw limits.tooLarge(column)
      position += 4 + Math.max(0, length)
    }
    if (needed > limits.rowBytes && row.length >= limits.rowBytes) throw limits.tooLarge(undefined)
  }

  return {
    async describe({ sql, types = [] }) {
      socket.write(Buffer.concat([parse(sql, types), message('D', text('S')), sync]))
      columns = null
      await pump(() => false)
      return columns
    },
    send({ sql, parameters = [], types = [] }, format) {
      socket.write(Buffer.concat([parse(sql, types), bind(parameters, format), execute, sync]))
    },
    async copyIn(sql, bytes) {
      isCopying = true
      // The server heeds no Sync between the beginning of the copying and its end.
      socket.write(Buffer.concat([parse(sql, []), bind([], 'text'), execute, sync]))
      try {
        await pump(nothing)
        for await (const chunk of bytes) {
          // What it refuses in the middle it says at once: the rest would be sent in vain.
          if (chunks.peek()?.[0] === 0x45) break
          if (!socket.write(message('d', Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))))
            await drained(socket)
        }
        socket.write(Buffer.concat([message('c'), sync]))
        await pump(nothing)
      } finally {
        isCopying = false
      }
    },
    pump,
    terminate() {
      socket.end(message('X'))
    },
  }
}
