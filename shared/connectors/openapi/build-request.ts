import { Fault } from '../../domain/faults.ts'
import { nearest } from '../../domain/filter.ts'
import { bodyOf } from './body.ts'
import type { Json } from './json.ts'
import { member } from './json.ts'
import type { Operation, Parameter, Spec } from './operations.ts'
import { defaultOf } from './schemas.ts'
import { cookiePairs, headerText, type Pair, pathText, queryPairs, wrong } from './serialize.ts'

export interface Arguments {
  readonly parameters: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/** A request as the document describes it, without a credential. */
export interface BuiltRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer> | undefined
}

/** Fault invalid-request, before anything is sent, for arguments that the operation does not take. */
export function buildRequest(spec: Spec, operation: Operation, base: URL, given: Arguments): BuiltRequest {
  refuseUnknown(operation, given)
  const values = operation.parameters.flatMap((parameter): [Parameter, Json][] => {
    const value = argumentOf(spec, parameter, given)
    return value === undefined ? [] : [[parameter, value]]
  })
  const of = (place: Parameter['in']) => values.filter(([parameter]) => parameter.in === place)
  const url = new URL(base)
  const folder = url.pathname.replace(/\/+$/, '')
  url.pathname = folder + pathOf(operation, of('path'))
  if (!url.pathname.startsWith(`${folder}/`)) throw leavesBase()
  const query = of('query').flatMap(([parameter, value]) => queryPairs(parameter, value))
  if (query.length > 0) url.search = [url.search.slice(1), joined(query, '&')].filter(Boolean).join('&')
  const headers = new Headers({ accept: 'application/json, */*;q=0.5' })
  for (const [parameter, value] of of('header')) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(parameter.name) || ownHeaders.includes(parameter.name.toLowerCase()))
      throw wrong(parameter, 'is a header that only the connection itself may send')
    headers.set(parameter.name, headerText(parameter, value))
  }
  const cookies = of('cookie').flatMap(([parameter, value]) => cookiePairs(parameter, value))
  if (cookies.length > 0) headers.set('cookie', joined(cookies, '; '))
  const body = bodyOf(spec, operation, given.body)
  if (body) headers.set('content-type', body.contentType)
  return { url, method: operation.method, headers, body: body?.bytes }
}

const ownHeaders = [
  ...['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect', 'te', 'trailer'],
  ...['cookie', 'proxy-authorization', 'accept-encoding', 'keep-alive'],
]

const joined = (pairs: readonly Pair[], separator: string): string =>
  pairs.map(([name, value]) => `${name}=${value}`).join(separator)

function refuseUnknown({ parameters }: Operation, given: Arguments): void {
  const known = parameters.map(({ argument }) => argument)
  for (const name of Object.keys(given.parameters)) {
    if (known.includes(name)) continue
    const near = nearest(name, known)
    throw new Fault('invalid-request', `The operation has no parameter ${JSON.stringify(name.slice(0, 100))}.`, {
      hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `It has: ${known.join(', ') || 'none'}.`,
    })
  }
}

/** The argument, or what the document says for an absent one. Fault invalid-request where there must be one. */
function argumentOf(spec: Spec, parameter: Parameter, { parameters }: Arguments): Json | undefined {
  const given = Object.hasOwn(parameters, parameter.argument) ? (parameters[parameter.argument] as Json) : undefined
  const value = given ?? defaultOf(spec, member(parameter.definition, 'schema'), parameter.required)
  if (value !== undefined && value !== null) return value
  if (parameter.required) throw wrong(parameter, 'is required')
  return undefined
}

/** No argument adds a part to the path, or takes one away. */
function pathOf({ path }: Operation, values: readonly (readonly [Parameter, Json])[]): string {
  const texts = new Map(
    values.map(([parameter, value]) => {
      const text = pathText(parameter, value)
      if (text === '') throw wrong(parameter, 'is empty')
      return [parameter.name, text]
    }),
  )
  const parts = path.split('/').map((part) => part.replace(/\{([^{}]+)\}/g, (_, name: string) => texts.get(name)!))
  if (parts.some((part) => /^(\.|%2e){1,2}$/i.test(part))) throw leavesBase()
  return parts.join('/').replace(/[?#]/g, encodeURIComponent)
}

const leavesBase = (): Fault =>
  new Fault('invalid-request', 'The arguments would lead to another path than that of the operation.', {
    hint: 'Give path parameters other than . and ..',
  })
