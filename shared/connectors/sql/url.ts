import { Fault } from '../../domain/faults.ts'
import { isLoopback } from '../../domain/loopback.ts'
import { decode, noUrl, type Pasted, type PastedUrl } from '../../domain/pasted-url.ts'
import type { TlsMode } from './config.ts'

/** What a database's parameters mean; their names in lower case. */
export interface UrlParameters {
  /** How it is secured: the parameter, and what its values come to. */
  readonly tls: Readonly<Record<string, Readonly<Record<string, TlsMode>>>>
  /** Those that name a file, another host or code: refused. */
  readonly refused: RegExp
  /** Those that may be left out. */
  readonly ignored: RegExp
}

/** A database's URL: `scheme://user:password@host:port/database?parameters`. Fault invalid-request. */
export function readDatabaseUrl(url: PastedUrl, { tls: tlsOf, refused, ignored }: UrlParameters): Pasted {
  const notes: string[] = []
  let { user, password } = url
  let tls: TlsMode | undefined
  let unknown = 0
  for (const [name, value] of url.query) {
    const key = name.toLowerCase()
    const modes = Object.hasOwn(tlsOf, key) ? tlsOf[key]! : undefined
    const word = value.toLowerCase()
    // JDBC puts the login there.
    if (key === 'user' || key === 'username') user ??= value
    else if (key === 'password') password ??= value
    else if (modes) {
      if (!Object.hasOwn(modes, word)) throw refusal(key, 'has a value that is not known', 'Set the TLS mode by hand.')
      tls = modes[word]!
    } else if (refused.test(key))
      throw refusal(
        key,
        'is not taken from a URL',
        'It names a file, a host or code. Certificates go into the field `ca`, as PEM; leave the parameter out.',
      )
    else if (ignored.test(key)) notes.push(`The parameter ${key} was left out.`)
    else unknown++
  }
  if (unknown > 0)
    notes.push(`${unknown} parameter${unknown === 1 ? ' that is' : 's that are'} not known here left out.`)
  if (url.host === '' || /[/\\]/.test(url.host))
    throw noUrl('It must name a host: sockets of a machine cannot be reached.')
  const database = decode(url.path.replace(/^\/|\/$/g, ''))
  if (tls === undefined && !isLoopback(url.host))
    notes.push('It says nothing of TLS: the certificate of the server will be verified (verify-full).')
  return {
    config: {
      host: url.host,
      ...(url.port !== undefined && { port: url.port }),
      ...(database !== '' && { database }),
      ...(user !== undefined && { user }),
      ...(tls !== undefined && { tls }),
    },
    credential: password === undefined ? {} : { password },
    notes,
  }
}

const refusal = (name: string, what: string, hint: string): Fault =>
  new Fault('invalid-request', `The parameter ${name} of the URL ${what}.`, {
    hint,
    errors: [{ pointer: '/body/url', detail: `${name} ${what}` }],
  })
