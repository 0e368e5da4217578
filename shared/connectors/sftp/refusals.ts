import { Fault, type FaultCode } from '../../domain/faults.ts'

/** By status code of the SFTP draft: code, sentence, hint. */
const byStatus: Readonly<Record<number, readonly [FaultCode, string, string?]>> = {
  2: ['not-found', 'The server has no such file.'],
  3: ['source-refused', 'The login may not read this.', 'Have the login granted the right to read it.'],
  4: ['source-failed', 'The server could not do it, and does not say why.', 'Try again; then ask who runs the server.'],
  6: ['source-unreachable', 'The connection to the server was lost.', 'Try again.'],
  7: ['source-unreachable', 'The connection to the server was lost.', 'Try again.'],
  8: ['not-offered', 'The server does not do that.'],
}

/** What a failure while talking to the server means to a caller. Nothing that the server wrote is kept. */
export function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error
  const { level } = (error ?? {}) as { readonly level?: unknown }
  const status = statusOf(error)
  const cause = new Error(`SSH ${String(status ?? level ?? '')}`.trim())
  const known = status === undefined ? undefined : byStatus[status]
  if (known) return new Fault(known[0], known[1], { hint: known[2], cause })
  switch (level) {
    case 'client-authentication':
      return new Fault('source-refused', 'The server refused the login.', {
        hint: 'Check the user, and the password or the private key.',
        cause,
      })
    case 'client-timeout':
      return new Fault('source-timeout', 'The server did not finish the login in time.', { hint: 'Try again.', cause })
    case 'handshake':
    case 'protocol':
    case 'sftp-protocol':
      return new Fault('source-failed', 'The server does not speak SSH as is known here.', {
        hint: 'Check that host and port are those of an SFTP server, and that it is not a very old one.',
        cause,
      })
    default:
      return new Fault('source-unreachable', 'The connection to the server was lost.', { hint: 'Try again.', cause })
  }
}

/** The status code by which the server refuses one request; undefined for every other failure. */
export function statusOf(error: unknown): number | undefined {
  const { code, level } = (error ?? {}) as { readonly code?: unknown; readonly level?: unknown }
  return typeof code === 'number' && level === undefined ? code : undefined
}

/** The library's errors of a private key that it cannot read hold nothing of it, but say it in its own words. */
export const badPrivateKey = (): Fault =>
  new Fault('source-refused', 'The private key cannot be read.', {
    hint: 'Check that it is a whole private key, and its passphrase.',
  })
