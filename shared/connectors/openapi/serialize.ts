/** Arguments as text, by the rules of OpenAPI 3 (`style`, `explode`, `allowReserved`; RFC 6570 where it is silent). */

import { Fault } from '../../domain/faults.ts'
import { encodeAll } from '../web/encode-all.ts'
import { entriesOf, isObject, type Json, member, textOf } from './json.ts'
import type { Parameter } from './operations.ts'

/** A name and a value of a query, a header or a cookie, encoded. */
export type Pair = readonly [name: string, value: string]

type Encode = (text: string) => string

/** Reserved letters stay, but for those that would end the value, begin another or be read as a space. */
const encodeReserved: Encode = (text) =>
  encodeAll(text).replace(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/g, decodeURIComponent)

const asIs: Encode = (text) => text

/** What goes into the place of `{name}` in a path. */
export function pathText(parameter: Parameter, value: Json): string {
  const { name, style, explode, content } = rulesOf(parameter, 'simple', false)
  if (content) return encodeAll(JSON.stringify(value))
  const parts = partsOf(parameter, value, encodeAll)
  switch (style) {
    case 'label':
      return `.${join(parts, explode ? '.' : ',', explode)}`
    case 'matrix': {
      if (parts.is !== 'one' && explode)
        return parts.pairs
          .map(([key, text]) => `;${withValue(parts.is === 'list' ? encodeAll(name) : key, text)}`)
          .join('')
      return `;${withValue(encodeAll(name), join(parts, ',', false))}`
    }
    default:
      return join(parts, ',', explode)
  }
}

const withValue = (name: string, text: string): string => (text === '' ? name : `${name}=${text}`)

/** The pairs of a query; none for an empty list or object. */
export function queryPairs(parameter: Parameter, value: Json): Pair[] {
  const { name, style, explode, content, allowReserved } = rulesOf(parameter, 'form', true)
  const encode = allowReserved ? encodeReserved : encodeAll
  const key = encodeAll(name)
  if (content) return [[key, encode(JSON.stringify(value))]]
  if (style === 'deepObject' && typeof value === 'object' && value !== null) return deepPairs(name, value, encode)
  const parts = partsOf(parameter, value, encode)
  if (parts.is === 'one') return [[key, parts.text]]
  if (parts.pairs.length === 0) return []
  if (parts.is === 'list' && explode) return parts.pairs.map(([, text]) => [key, text])
  if (parts.is === 'object' && explode) return parts.pairs.map(([of, text]) => [of, text])
  const separator = style === 'spaceDelimited' ? '%20' : style === 'pipeDelimited' ? '%7C' : ','
  return [[key, join(parts, separator, false)]]
}

/** The value of a header. Fault invalid-request for what a header cannot hold. */
export function headerText(parameter: Parameter, value: Json): string {
  const { explode, content } = rulesOf(parameter, 'simple', false)
  const text = content ? JSON.stringify(value) : join(partsOf(parameter, value, asIs), ',', explode)
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) return text
  throw wrong(parameter, 'cannot be sent in a header')
}

export function cookiePairs(parameter: Parameter, value: Json): Pair[] {
  const { name, explode, content } = rulesOf(parameter, 'form', true)
  const key = encodeAll(name)
  if (content) return [[key, encodeAll(JSON.stringify(value))]]
  const parts = partsOf(parameter, value, encodeAll)
  if (parts.is === 'one') return [[key, parts.text]]
  if (explode) return parts.pairs.map(([of, text]) => [parts.is === 'list' ? key : of, text])
  return [[key, join(parts, ',', false)]]
}

export const wrong = ({ argument }: Pick<Parameter, 'argument'>, what: string): Fault =>
  new Fault('invalid-request', `The argument ${JSON.stringify(argument)} ${what}.`, {
    errors: [{ pointer: `/body/parameters/${argument.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail: what }],
  })

function rulesOf({ name, definition }: Parameter, usual: string, usuallyExploded: boolean) {
  const style = textOf(definition, 'style') ?? usual
  const explode = member(definition, 'explode')
  return {
    name,
    style,
    explode: typeof explode === 'boolean' ? explode : usuallyExploded && style === 'form',
    // A parameter with `content` is JSON text, whatever its place.
    content: isObject(member(definition, 'content')),
    allowReserved: member(definition, 'allowReserved') === true,
  }
}

type Parts =
  | { readonly is: 'one'; readonly text: string }
  | { readonly is: 'list' | 'object'; readonly pairs: readonly Pair[] }

/** Null members say nothing, as RFC 6570 has it. */
function partsOf(parameter: Parameter, value: Json, encode: Encode): Parts {
  const textAt = (part: Json) => {
    if (typeof part === 'object') throw wrong(parameter, 'holds a list or an object in another')
    return encode(String(part))
  }
  if (Array.isArray(value))
    return { is: 'list', pairs: value.filter((part) => part !== null).map((part) => ['', textAt(part)]) }
  if (isObject(value)) {
    const entries = entriesOf(value).filter(([, part]) => part !== null)
    return { is: 'object', pairs: entries.map(([key, part]) => [encode(key), textAt(part)]) }
  }
  return { is: 'one', text: textAt(value ?? '') }
}

function join(parts: Parts, separator: string, explode: boolean): string {
  if (parts.is === 'one') return parts.text
  if (parts.is === 'list') return parts.pairs.map(([, text]) => text).join(separator)
  return parts.pairs.map(([key, text]) => (explode ? `${key}=${text}` : `${key}${separator}${text}`)).join(separator)
}

function deepPairs(name: string, value: Json, encode: Encode): Pair[] {
  if (Array.isArray(value)) return value.flatMap((part) => deepPairs(name, part, encode))
  if (isObject(value)) return entriesOf(value).flatMap(([key, part]) => deepPairs(`${name}[${key}]`, part, encode))
  return value === null ? [] : [[encodeAll(name), encode(String(value))]]
}
