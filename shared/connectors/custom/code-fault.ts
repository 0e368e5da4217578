import { Fault, type FaultCode } from '../../domain/faults.ts'

/** What the code of a connection raised, and where. */
export interface Raised {
  /** The names of the error, the nearest first: of its class and those it is a kind of, of its code. */
  readonly names: readonly string[]
  readonly message: string
  readonly file: string | null
  readonly line: number | null
}

/** What an error of the code is to a caller. Its names say whether the source refused, or was not there. */
export function codeFault({ names, message, file, line }: Raised, mask: (text: string) => string): Fault {
  const place = file === null ? '' : `${file}${line === null ? '' : `, line ${line}`}: `
  const [name = 'Error'] = names
  const said = mask(message)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 300)
  const detail = `${place}${name === 'Told' || name === 'Error' ? '' : `${name}${said === '' ? '' : ': '}`}${said}`
  const [code, hint] = meaningOf(names)
  return new Fault(code, /[.!?…]$/.test(detail) ? detail : `${detail}.`, { hint })
}

const meanings: readonly (readonly [names: RegExp, code: FaultCode, hint: string])[] = [
  [/^(PermissionError|EACCES|EPERM)$/, 'source-refused', 'Check the credential of the connector, and what it may do.'],
  [/^(TimeoutError|ETIMEDOUT)$/, 'source-timeout', 'Try again later.'],
  [
    /^(ConnectionError|gaierror|ECONNREFUSED|ECONNRESET|ENOTFOUND|EHOSTUNREACH)$/,
    'source-unreachable',
    'Check the address that the code uses, and whether this machine may reach it.',
  ],
]

const meaningOf = (names: readonly string[]): readonly [FaultCode, string] => {
  for (const [pattern, code, hint] of meanings) if (names.some((name) => pattern.test(name))) return [code, hint]
  return ['source-failed', 'Mend the code of the connection, in the deployment’s folder of connections.']
}
