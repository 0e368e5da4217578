import { Fault } from '../../domain/faults.ts'
import { encodeAll } from '../web/encode-all.ts'
import { entriesOf, isObject, type Json, member } from './json.ts'
import type { Operation, Spec } from './operations.ts'

export interface Body {
  readonly contentType: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** The media type that a body is sent as: JSON where the operation takes it. Undefined where it takes no body. */
export function mediaTypeOf({ body }: Operation): readonly [contentType: string, definition: Json] | undefined {
  const offered = entriesOf(member(body, 'content'))
  const wanted = [
    /^application\/json\b/i,
    /^[\w.-]+\/[\w.-]+\+json\b/i,
    /^application\/x-www-form/i,
    /^multipart\/form/i,
  ]
  for (const pattern of wanted) {
    const found = offered.find(([type]) => pattern.test(type))
    if (found) return found
  }
  const [first] = offered
  return first?.[0].includes('*') ? ['application/json', first[1]] : first
}

/** Fault invalid-request for a body that the operation does not take, or that it misses. */
export function bodyOf(spec: Spec, operation: Operation, given: unknown): Body | undefined {
  const media = mediaTypeOf(operation)
  if (given === undefined) {
    if (member(operation.body, 'required') === true) throw wrongBody('is required')
    return undefined
  }
  if (!media) throw wrongBody('is not taken by this operation')
  const [contentType, definition] = media
  const value = given as Json
  if (/[/+]json\b/i.test(contentType)) return { contentType, bytes: utf8(JSON.stringify(value)) }
  if (/^application\/x-www-form/i.test(contentType)) return { contentType, bytes: utf8(formText(value)) }
  if (/^multipart\/form/i.test(contentType)) return multipart(spec, member(definition, 'schema'), value)
  if (typeof value !== 'string') throw wrongBody(`must be a text, as the operation takes ${contentType}`)
  const isText = /^text\/|[/+]xml\b|yaml|graphql|javascript/i.test(contentType)
  return { contentType, bytes: isText ? utf8(value) : base64(value) }
}

const utf8 = (text: string) => new TextEncoder().encode(text)

function base64(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) throw wrongBody('must be bytes as base64')
  return new Uint8Array(Buffer.from(text, 'base64'))
}

function formText(value: Json): string {
  if (!isObject(value)) throw wrongBody('must be an object, which is sent as a form')
  return entriesOf(value)
    .flatMap(([name, part]) => (Array.isArray(part) ? part : [part]).map((one): [string, Json] => [name, one]))
    .filter(([, part]) => part !== null)
    .map(([name, part]) => `${encodeAll(name)}=${encodeAll(plainText(part))}`)
    .join('&')
}

/** Members become parts; those that the schema calls binary are given as base64 and sent as files. */
function multipart({ references }: Spec, schema: Json | undefined, value: Json): Body {
  if (!isObject(value)) throw wrongBody('must be an object, which is sent as a form')
  const properties = member(references.follow(schema), 'properties')
  const boundary = `headgate-${crypto.randomUUID()}`
  const chunks: Uint8Array[] = []
  for (const [name, given] of entriesOf(value)) {
    const property = references.follow(member(properties, name))
    const isList = Array.isArray(given)
    const of = isList ? references.follow(member(property, 'items')) : property
    const isFile = member(of, 'format') === 'binary' || member(of, 'contentEncoding') !== undefined
    for (const part of isList ? given : [given]) {
      const quoted = `"${name.replace(/["\r\n\\]/g, encodeURIComponent)}"`
      const disposition = `form-data; name=${quoted}${isFile ? `; filename=${quoted}` : ''}`
      const type = isFile ? 'application/octet-stream' : typeof part === 'object' ? 'application/json' : 'text/plain'
      chunks.push(utf8(`--${boundary}\r\ncontent-disposition: ${disposition}\r\ncontent-type: ${type}\r\n\r\n`))
      chunks.push(isFile && typeof part === 'string' ? base64(part) : utf8(plainText(part)), utf8('\r\n'))
    }
  }
  chunks.push(utf8(`--${boundary}--\r\n`))
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes: new Uint8Array(Buffer.concat(chunks)) }
}

const plainText = (value: Json): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

const wrongBody = (what: string): Fault =>
  new Fault('invalid-request', `The body ${what}.`, { errors: [{ pointer: '/body/body', detail: what }] })
