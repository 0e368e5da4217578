/**
 * Prepared statements over a socket that is logged in: one at a time, values always apart from the text, rows in the
 * binary format and handed over as bytes. Text goes as a plain query only where it is all our own.
 */

import type { Socket } from 'node:net'
import { Fault } from '../../domain/faults.ts'
import { queueOf } from '../sql/chunks.ts'
import type { OnRow } from '../sql/stream-batches.ts'
import { columnDefinition, type Described, lengthAt, packetsOf, serverError } from './packets.ts'
import { executeCommand, type Parameter } from './parameters.ts'
import { largestCell } from './rows.ts'

/** A statement that the server has parsed. */
export interface Prepared {
  readonly id: number
  /** None where it returns no rows. */
  readonly columns: readonly Described[]
  readonly parameters: number
}

export interface Wire {
  /** Runs a statement of our own that returns no rows. */
  command(sql: string): Promise<void>
  /** Has the server parse one statement, without running it. */
  prepare(sql: string): Promise<Prepared>
  /** Runs it. Its columns, now that its values are known; `pump` then takes its rows. Undefined: it has none. */
  execute(prepared: Prepared, parameters: readonly Parameter[]): Promise<readonly Described[] | undefined>
  /** Takes rows until `onRow` says true (answers false: there may be more) or the statement is over (true). */
  pump(onRow: OnRow): Promise<boolean>
  /** Has the server forget a statement. */
  forget(prepared: Prepared): void
  /** Ends the conversation in order. */
  quit(): void
}

export interface WireLimits {
  /** Of one cell. It is checked before the cell's bytes are read. */
  readonly cellBytes: number
  readonly rowBytes: number
  /** The failure to throw: a column's index, where one cell is too large by itself. */
  tooLarge(column: number | undefined): Error
}

const largest = 0xff_ffff
const moreResults = 8
const mostColumns = 4096
const nothing: Buffer = Buffer.alloc(0)

export function createWire(socket: Socket, limits: WireLimits): Wire {
  const chunks = queueOf(socket)
  let bytes = nothing
  let at = 0
  /** What follows an assembled packet. */
  let rest = nothing
  /** Where the packet in hand is. */
  let from = 0
  let to = 0
  let isExecuting = false
  let columns: readonly Described[] = []

  /** Whether `bytes` holds the whole next packet: then it is in hand. */
  const isHere = (): boolean => {
    if (bytes.length - at < 4) return false
    const size = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
    if (size === largest || bytes.length - at < 4 + size) return false
    from = at + 4
    to = from + size
    at = to
    return true
  }
  const next = async (): Promise<void> => {
    for (;;) {
      if (isHere()) return
      if (at < bytes.length) return await assemble()
      bytes = rest.length > 0 ? rest : await chunks.next()
      rest = nothing
      at = 0
    }
  }
  /** Puts together what a chunk's end, or its length, has cut: only that is copied. */
  const assemble = async (): Promise<void> => {
    let pending = bytes.subarray(at)
    let whole = nothing
    let filled = 0
    for (let size = largest; size === largest; ) {
      while (pending.length < 4) pending = Buffer.concat([pending, await chunks.next()])
      size = pending.readUIntLE(0, 3)
      pending = pending.subarray(4)
      const mayBeLarge = size === largest || filled + size > limits.cellBytes
      whole = grown(whole, filled, filled + size)
      for (let left = size; left > 0; ) {
        if (pending.length === 0) pending = await chunks.next()
        const taken = pending.copy(whole, filled, 0, Math.min(left, pending.length))
        pending = pending.subarray(taken)
        filled += taken
        left -= taken
        if (mayBeLarge && isExecuting) inspect(whole.subarray(0, filled))
      }
      if (filled > limits.rowBytes) throw limits.tooLarge(undefined)
    }
    bytes = whole
    at = filled
    rest = pending
    from = 0
    to = filled
    // Past the end of the packet there is room only.
    if (bytes.length > filled) bytes = bytes.subarray(0, filled)
  }
  const inspect = (row: Buffer): void => {
    const column = largestCell(row, columns, limits.cellBytes)
    if (column !== undefined) throw limits.tooLarge(column)
  }

  const isEnd = (): boolean => bytes[from] === 0xfe && to - from < 9
  /** The packet in hand, where it is neither an error nor what no statement leads to. */
  const check = (): void => {
    if (bytes[from] === 0xff) {
      const error = serverError(bytes, from, to, isExecuting)
      isExecuting = false
      throw error
    }
    if (to === from) throw strange()
  }
  const definitions = async (count: number): Promise<Described[]> => {
    const found: Described[] = []
    for (let i = 0; i < count; i++) {
      await next()
      check()
      if (to - from < 18) throw strange()
      found.push(columnDefinition(bytes, from, to))
    }
    if (count > 0) {
      await next()
      check()
      if (!isEnd()) throw strange()
    }
    return found
  }
  const send = (code: number, text: string): void => {
    socket.write(packetsOf(Buffer.concat([Buffer.from([code]), Buffer.from(text)])))
  }

  return {
    async command(sql) {
      send(0x03, sql)
      await next()
      check()
      if (bytes[from] !== 0) throw strange()
    },
    async prepare(sql) {
      send(0x16, sql)
      await next()
      check()
      if (bytes[from] !== 0 || to - from < 9) throw strange()
      const id = bytes.readUInt32LE(from + 1)
      const count = bytes.readUInt16LE(from + 5)
      const parameters = bytes.readUInt16LE(from + 7)
      await definitions(parameters)
      return { id, columns: await definitions(count), parameters }
    },
    async execute({ id }, parameters) {
      columns = []
      socket.write(packetsOf(executeCommand(id, parameters)))
      await next()
      check()
      if (bytes[from] === 0) return undefined
      // 0xfb: the server asks for a file of this machine.
      if (bytes[from] === 0xfb) throw strange()
      const count = lengthAt(bytes, from)
      if (count > mostColumns) throw strange()
      const found = await definitions(count)
      columns = found
      isExecuting = true
      return found
    },
    async pump(onRow) {
      for (;;) {
        if (!isHere()) await next()
        if (bytes[from] === 0) {
          if (onRow(bytes, from, to)) return false
          continue
        }
        check()
        if (!isEnd()) throw strange()
        isExecuting = false
        if ((bytes[from + 3]! & moreResults) !== 0) throw strange()
        return true
      }
    },
    forget({ id }) {
      const command = Buffer.alloc(5)
      command[0] = 0x19
      command.writeUInt32LE(id, 1)
      socket.write(packetsOf(command))
    },
    quit() {
      socket.end(packetsOf(Buffer.from([0x01])))
    },
  }
}

/** Room for so many bytes, twice as many where it has to move. */
function grown(buffer: Buffer, used: number, needed: number): Buffer {
  if (needed <= buffer.length) return buffer
  const larger = Buffer.allocUnsafeSlow(used === 0 ? needed : Math.max(needed, 2 * buffer.length))
  buffer.copy(larger, 0, 0, used)
  return larger
}

const strange = (): Fault => new Fault('source-failed', 'The server said something that no reading statement leads to.')
