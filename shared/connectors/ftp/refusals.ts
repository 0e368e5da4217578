import { Fault, type FaultCode } from '../../domain/faults.ts'

/** By reply code of RFC 959, the longest prefix first: code, sentence, hint. */
const byReply: Readonly<Record<string, readonly [FaultCode, string, string?]>> = {
  '421': ['source-unreachable', 'The server ended the session, or has no room for another.', 'Try again later.'],
  '425': [
    'source-unreachable',
    'The server could not open the data connection.',
    'Check its passive ports and firewall.',
  ],
  '426': ['source-failed', 'The server broke the transfer off.', 'Try again.'],
  '430': ['source-refused', 'The server refused the login.', 'Check user and password.'],
  '450': ['source-failed', 'The file is busy at the server.', 'Try again later.'],
  '5': ['source-failed', 'The server does not do what is needed.', 'Check that it is an FTP server that serves files.'],
  '530': ['source-refused', 'The server refused the login.', 'Check user and password, and who the server lets in.'],
  '532': ['source-refused', 'The server asks for an account besides the password.', 'Use another login.'],
  '534': ['source-refused', 'The server does not do TLS as it is asked to.', 'Choose another TLS mode.'],
  '550': ['not-found', 'The server has no such file, or does not show it to this login.'],
  '551': ['source-failed', 'The server cannot read the file.'],
}

/**
 * What a failure while talking to the server means to a caller. Nothing that the server wrote is kept: it may hold
 * what was sent to it, the password too.
 */
export function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error
  const reply = replyOf(error)
  if (reply !== undefined) {
    const known = byReply[reply] ?? byReply[reply[0]!]
    const cause = new Error(`FTP reply ${reply}`)
    if (known) return new Fault(known[0], known[1], { hint: known[2], cause })
    return new Fault('source-failed', `The server answered ${reply}.`, { hint: 'Ask who runs the server.', cause })
  }
  const { message = '', code = '' } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  if (/Maximum bytes exceeded/.test(message))
    return new Fault('too-large', 'The list of the folder is larger than can be taken.', {
      hint: 'Have the files spread over several folders.',
    })
  if (/timeout/i.test(message))
    return new Fault('source-timeout', 'The server stopped talking.', { hint: 'Try again later.' })
  if (/TLS|SSL|CERT|ISSUER|ALTNAME|SIGNED|SIGNATURE/.test(code))
    return new Fault('source-failed', `No secure connection came about (${code}).`, {
      hint: 'Check that the certificate is valid for the host, and signed by a known authority or the one given.',
    })
  if (/^E[A-Z]+$/.test(code) || /closed|FIN/.test(message))
    return new Fault('source-unreachable', 'The connection to the server was lost.', { hint: 'Try again.' })
  return new Fault('source-failed', 'The server answers in a way that no FTP server does.', {
    hint: 'Check that host and port are those of an FTP server, and the TLS mode.',
  })
}

/** The code of an FTP reply that refuses; undefined for every other error. */
export function replyOf(error: unknown): string | undefined {
  const code = error instanceof Error && error.name === 'FTPError' && 'code' in error ? error.code : undefined
  return typeof code === 'number' ? String(code) : undefined
}
