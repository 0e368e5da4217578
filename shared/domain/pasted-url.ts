import { Fault } from './faults.ts'

/** A URL as people paste it, taken apart. Texts are decoded; nothing of it was looked up or dialled. */
export interface PastedUrl {
  /** In lower case, without `jdbc:` before it and without the driver behind a `+`. */
  readonly scheme: string
  readonly user: string | undefined
  readonly password: string | undefined
  /** Empty where there is none; an IPv6 address without its brackets. */
  readonly host: string
  readonly port: number | undefined
  /** As it is written, with its first slash; empty where there is none. */
  readonly path: string
  /** Parameters by name, the first of each. */
  readonly query: ReadonlyMap<string, string>
  /** The URL without its login, as it is written. */
  readonly bare: string
}

/** What a URL says of a connector. Its texts for the credential go there, and into no reply. */
export interface Pasted {
  readonly config: Readonly<Record<string, unknown>>
  readonly credential: Readonly<Record<string, string | undefined>>
  /** What was left out or understood, in sentences. */
  readonly notes: readonly string[]
}

/** How the URLs that people paste for a kind are taken apart. Pure: nothing is looked up or dialled. */
export interface UrlForm {
  /** The field of the config that people paste a whole URL into. */
  readonly field: string
  /** Whether a text in that field is a URL to be taken apart. */
  isPasted(text: string): boolean
  /** Whether a URL is one of this kind: surely, perhaps where it is surely none of another, or not. */
  takes(url: PastedUrl): 'surely' | 'perhaps' | 'not'
  /** What it says of a connector. Fault invalid-request for what must not be taken from a URL. */
  read(url: PastedUrl): Pasted
}

/** Takes a URL apart. Fault invalid-request, which holds nothing of it: any part may be a password. */
export function readPastedUrl(text: string): PastedUrl {
  const whole = text.trim().replace(/^(["'])(.*)\1$/s, '$2')
  if (whole.length > 8000 || /[\p{C}\s]/u.test(whole)) throw noUrl('It must be one line without spaces.')
  const [, scheme, login, hostPort, path = '', query = '', fragment] =
    /^(?:jdbc:)?([a-z][a-z0-9.+-]{0,31}):\/\/(?:([^/?#]*)@)?([^/?#@]*)(\/[^?#]*)?(?:\?([^#]*))?(#.*)?$/is.exec(whole) ??
    []
  if (scheme === undefined || hostPort === undefined) throw noUrl('Write it as scheme://user:password@host:port/name.')
  const isWeb = /^https?$/i.test(scheme)
  if ((fragment !== undefined && !isWeb) || (!isWeb && /@/.test(path + query)))
    throw noUrl('In a password / is written %2F, ? is %3F, # is %23 and @ is %40.')
  const colon = login?.indexOf(':') ?? -1
  const [, host, portText] = /^(\[[0-9a-f:.]+\]|[^:,[\]]*)(?::(\d*))?$/is.exec(hostPort) ?? []
  const port = portText ? Number(portText) : undefined
  if (host === undefined || (port !== undefined && !(port >= 1 && port <= 65_535)))
    throw noUrl(
      hostPort.includes(',')
        ? 'It names several hosts: take one of them.'
        : 'After the host comes a port from 1 to 65535, or none. In a password / is written %2F, ? is %3F and # is %23.',
    )
  const user = login === undefined || login === '' ? undefined : decode(colon < 0 ? login : login.slice(0, colon))
  const parameters = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(query)) if (!parameters.has(name)) parameters.set(name, value)
  return {
    scheme: scheme.toLowerCase().replace(/\+.*$/, ''),
    user: user === '' ? undefined : user,
    password: login === undefined || colon < 0 ? undefined : decode(login.slice(colon + 1)),
    host: decode(host.replace(/^\[(.*)\]$/s, '$1')),
    port,
    path,
    query: parameters,
    bare: `${scheme}://${hostPort}${path}${query === '' ? '' : `?${query}`}`,
  }
}

/** A part of a URL as it is meant. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw noUrl('A % in it is written %25.')
  }
}

export const noUrl = (hint: string): Fault =>
  new Fault('invalid-request', 'The URL cannot be taken apart.', {
    hint,
    errors: [{ pointer: '/body/url', detail: 'is no URL of a connector' }],
  })
