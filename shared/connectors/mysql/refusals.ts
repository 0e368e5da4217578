import { Fault, type FaultCode } from '../../domain/faults.ts'

/** An error as the server words it. Its message may hold cell data: shown only to who wrote the SQL. */
export class ServerError extends Error {
  override readonly name = 'ServerError'
  /** The server's number of it. */
  readonly number: number
  readonly state: string
  /** Whether it came among rows. */
  readonly isExecuting: boolean

  constructor(number: number, state: string, text: string, isExecuting: boolean) {
    super(text)
    this.number = number
    this.state = state
    this.isExecuting = isExecuting
  }
}

type Known = readonly [code: FaultCode, detail: string, hint?: string]

const denied: Known = ['source-refused', 'The login may not do this.', 'Have the login granted SELECT on what is read.']
const full: Known = ['source-failed', 'The server has no connection left for this login.', 'Try again later.']
const writing: Known = [
  'source-refused',
  'The statement would write, and sources are only read.',
  'Use a statement that reads: SELECT, VALUES, TABLE or WITH.',
]
const login: Known = [
  'source-refused',
  'The server refused the login.',
  'Check user and password, and from where the server lets the login in.',
]
const timedOut: Known = ['source-timeout', 'The server ended the statement because it took too long.']
const locked: Known = ['source-timeout', 'Somebody holds a lock on what is read.', 'Try again later.']
const changed: Known = ['source-changed', 'The table was changed while it was read.', 'Try again.']
const ended: Known = ['source-unreachable', 'The server is shutting down or has ended the session.', 'Try again.']
const exhausted: Known = ['source-failed', 'The server is out of a resource.', 'Try again later.']

/** By the server's number. (MySQL manual, "Server Error Message Reference"; MariaDB's "Error Codes".) */
const byNumber: Readonly<Record<number, Known>> = {
  1040: full, 1203: full, 1226: full,
  1045: login, 1130: login, 1698: login, 1820: login, 1862: login, 3118: login, 4151: login, 4164: login,
  1129: ['source-refused', 'The server has blocked this host after too many failures.', 'Have it run FLUSH HOSTS.'],
  1044: denied, 1142: denied, 1143: denied, 1227: denied, 1290: denied, 1345: denied, 1370: denied, 4163: denied,
  1049: ['source-refused', 'There is no such database on the server.', 'Check the name of the database.'],
  1792: writing,
  1205: locked, 1206: locked, 3572: locked,
  1213: ['source-failed', 'The server gave up the transaction in favour of another.', 'Try again.'],
  1317: timedOut, 1969: timedOut, 3024: timedOut,
  1054: changed, 1146: changed, 1412: changed, 1615: changed, 1684: changed, 1932: changed,
  1053: ended, 1152: ended, 1184: ended, 1927: ended, 4031: ended,
  1021: exhausted, 1037: exhausted, 1038: exhausted, 1041: exhausted, 1135: exhausted, 1114: exhausted,
  1153: ['too-large', 'What was asked is larger than the server takes (max_allowed_packet).'],
  1301: ['too-large', 'A value is larger than the server can send (max_allowed_packet).'],
  1356: ['source-failed', 'A view reads tables or columns that are gone, or that its owner may not read.'],
} // biome-ignore format: a table

/** What a failure while talking to the server means to a caller. Says nothing that the server wrote. */
export function toFault(error: unknown): unknown {
  if (error instanceof Fault) return error
  const number = numberOf(error)
  if (number !== undefined) {
    const known = byNumber[number]
    if (known) return new Fault(known[0], known[1], { hint: known[2], cause: error })
    return new Fault('source-failed', `The server failed with error ${number}.`, { cause: error })
  }
  switch (codeOf(error)) {
    case undefined:
      // A defect of our own, which is nobody else's to mend.
      return error
    case 'ETIMEDOUT':
      return new Fault('source-timeout', 'The server did not finish the login in time.', { cause: error })
    case 'AUTH_SWITCH_PLUGIN_ERROR':
    case 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED':
      return new Fault('source-refused', 'The server asks for a way to log in that is not offered here.', {
        hint: 'Give the login a password of caching_sha2_password, mysql_native_password or sha256_password.',
        cause: error,
      })
    case 'HANDSHAKE_UNKNOWN_ERROR':
    case 'PROTOCOL_UNEXPECTED_PACKET':
      return new Fault('source-failed', 'The server does not keep to its protocol.', { cause: error })
    default:
      return new Fault('source-unreachable', 'The connection to the server was lost.', { cause: error })
  }
}

/** As `toFault`, for a statement that the caller wrote: what is wrong with it is said in the server's words. */
export function toFaultOfUserSql(error: unknown): unknown {
  if (!(error instanceof ServerError)) return toFault(error)
  const known = byNumber[error.number]
  if (known && known !== changed) return toFault(error)
  if (!known && /^(08|53|70|XA)/.test(error.state)) return toFault(error)
  return new Fault('invalid-request', `The server says: ${error.message}`, { cause: error })
}

/** The server's number of an error, ours or the driver's. */
function numberOf(error: unknown): number | undefined {
  if (error instanceof ServerError) return error.number
  const number = typeof error === 'object' && error !== null && 'errno' in error ? error.errno : undefined
  return typeof number === 'number' && number >= 1000 ? number : undefined
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}
