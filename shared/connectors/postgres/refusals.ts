import { Fault, type FaultCode } from '../../domain/faults.ts'

/** An error as the server words it. Its message may hold cell data: shown only to who wrote the SQL. */
export class ServerError extends Error {
  override readonly name = 'ServerError'
  /** SQLSTATE. */
  readonly code: string
  /** 1-based, in characters of the statement; undefined where the server names none. */
  readonly position: number | undefined
  /** The server's context lines. */
  readonly context: string
  /** Whether it came before the statement's parameters were bound: then the statement or an operand is wrong. */
  readonly unbound: boolean

  constructor(fields: ReadonlyMap<string, string>, unbound: boolean) {
    super(fields.get('M') ?? 'The server failed.')
    this.code = fields.get('C') ?? 'XX000'
    this.position = fields.has('P') ? Number(fields.get('P')) : undefined
    this.context = fields.get('W') ?? ''
    this.unbound = unbound
  }
}

/** By SQLSTATE, the longest prefix first: code, sentence, hint. The list of states is PostgreSQL's appendix A. */
const byState: Readonly<Record<string, readonly [FaultCode, string, string?]>> = {
  '08': ['source-unreachable', 'The connection to the server was lost.'],
  '0A000': ['not-offered', 'The server does not support this here.'],
  '22021': ['invalid-request', 'A value holds a character that the database cannot keep.'],
  '25': ['source-refused', 'The statement would change its transaction, which is there to read and nothing else.'],
  '25006': [
    'source-refused',
    'The statement would write, and sources are only read.',
    'Use a statement that reads: SELECT, VALUES, TABLE or WITH.',
  ],
  '28': ['source-refused', 'The server refused the login.', 'Check user and password, and what the server lets in.'],
  '3D000': ['source-refused', 'There is no such database on the server.', 'Check the name of the database.'],
  '40': ['source-failed', 'The server gave up the transaction in favour of another.', 'Try again.'],
  '42501': ['source-refused', 'The login may not do this.', 'Have the login granted SELECT on what is read.'],
  '42P01': ['source-changed', 'The table was dropped while it was read.', 'Try again.'],
  '42703': ['source-changed', 'A column was dropped while the table was read.', 'Try again.'],
  '53': ['source-failed', 'The server is out of a resource.', 'Try again later.'],
  '53300': ['source-failed', 'The server has no connection left for this login.', 'Try again later.'],
  '54000': ['too-large', 'A row is larger than the server can send.'],
  '55P03': ['source-timeout', 'Somebody holds a lock on what is read.', 'Try again later.'],
  '55000': ['source-refused', 'The object is not in a state to be read.'],
  '57014': ['source-timeout', 'The server ended the statement because it took too long.'],
  '57P': ['source-unreachable', 'The server is shutting down, starting up or has ended the session.', 'Try again.'],
  XX000: ['source-failed', 'The server reports an internal error.'],
}

/** What a failure while talking to the server means to a caller. Says nothing that the server wrote. */
export function toFault(error: unknown): unknown {
  const code = codeOf(error)
  // A fault already, or a defect of our own, which is nobody else's to mend.
  if (error instanceof Fault || code === undefined) return error
  const known = byState[code] ?? byState[code.slice(0, 3)] ?? byState[code.slice(0, 2)]
  if (known && /^[0-9A-Z]{5}$/.test(code)) return new Fault(known[0], known[1], { hint: known[2], cause: error })
  if (/^[0-9A-Z]{5}$/.test(code))
    return new Fault('source-failed', `The server failed with SQLSTATE ${code}.`, { cause: error })
  if (code === 'CONNECT_TIMEOUT')
    return new Fault('source-timeout', 'The server did not finish the login in time.', { cause: error })
  return new Fault('source-unreachable', 'The connection to the server was lost.', { cause: error })
}

/** As `toFault`, for a statement that the caller wrote: what is wrong with it is said in the server's words. */
export function toFaultOfUserSql(error: unknown, sql: string): unknown {
  if (!(error instanceof ServerError)) return toFault(error)
  const theirs = /^(08P01|0A|2[1-4]|2F|26|34|38|39|42)/.test(error.code) && !['25006', '42501'].includes(error.code)
  if (!theirs) return toFault(error)
  const at = error.position === undefined ? '' : ` ${place(sql, error.position)}`
  // Also what it says of two statements at once.
  const hint = error.code === '42601' ? 'Send one SELECT, VALUES, TABLE or WITH statement.' : undefined
  return new Fault('invalid-request', `The server says: ${error.message}${at}`, { hint, cause: error })
}

function place(sql: string, position: number): string {
  const before = [...sql].slice(0, position - 1).join('')
  const line = before.split('\n').length
  return `(line ${line}, character ${before.length - before.lastIndexOf('\n')})`
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

export const offProtocol = (cause?: unknown): Fault =>
  new Fault('source-failed', 'The server does not keep to its protocol.', {
    hint: 'Is there a PostgreSQL behind this host and port?',
    cause,
  })
