import { Fault } from '../../domain/faults.ts'
import type { Config } from './config.ts'
import { entriesOf, listOf, member, textOf } from './json.ts'
import type { Operation, Spec } from './operations.ts'

/** Where the document itself came from; undefined where it was pasted. */
export type Place = URL | undefined

/** The URL before an operation's path. Faults: source-changed for another origin than the one pinned, source-failed. */
export function baseOf(config: Config, { servers }: Pick<Operation, 'servers'>, place: Place): URL {
  const base = config.baseUrl === undefined ? firstServer(servers, place) : new URL(config.baseUrl)
  const pinned = config.baseUrl === undefined ? config.origin : undefined
  if (pinned === undefined || new URL(pinned).origin === base.origin) return base
  throw new Fault('source-changed', `The document sends calls to ${base.origin}, and the connector to ${pinned}.`, {
    hint: 'If that is right, an administrator can give the connector that origin, or a base URL.',
  })
}

/** The base URL of the whole document. */
export const baseOfSpec = (config: Config, { document }: Spec, place: Place): URL =>
  baseOf(config, { servers: listOf(document, 'servers') }, place)

function firstServer(servers: Operation['servers'], place: Place): URL {
  const [server] = servers
  const template = textOf(server, 'url') ?? '/'
  const variables = new Map(entriesOf(member(server, 'variables')).map(([name, of]) => [name, textOf(of, 'default')]))
  const text = template.replace(/\{([^{}]*)\}/g, (whole, name: string) => variables.get(name) ?? whole)
  const url = URL.parse(text, place?.href)
  if (url === null)
    throw new Fault('source-failed', 'The document does not say where its API is.', {
      hint: 'Give the connector a base URL.',
    })
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new Fault('source-failed', 'The document names a server that is no plain http or https URL.', {
      hint: 'Give the connector a base URL.',
    })
  return url
}
