import { createHmac, timingSafeEqual } from 'node:crypto'
import { Fault } from '../../domain/faults.ts'

export interface LinkOptions {
  /** The address that answers links, without a query: `http://127.0.0.1:7420/v1/links`. */
  readonly linkBase: string
  /** What links are signed with, 32 bytes. Another key ends all links. */
  readonly linkKey: Uint8Array
}

/** What a link gives: the object's bytes, as an attachment of that name. */
export interface Linked {
  readonly key: string
  readonly filename: string
}

/** An address that holds what it gives, until when, and a signature over both. */
export function signLink({ linkBase, linkKey }: LinkOptions, { key, filename }: Linked, expires: number): string {
  const signature = sign(linkKey, { key, filename }, String(expires))
  return `${linkBase}?${new URLSearchParams({ key, filename, expires: String(expires), signature })}`
}

/** Reads the query of a link that `signLink` made. Fault forbidden where it is not ours, was changed, or is over. */
export function verifyLink(linkKey: Uint8Array, params: URLSearchParams): Linked {
  const [key, filename, expires, signature] = ['key', 'filename', 'expires', 'signature'].map(
    (name) => params.get(name) ?? '',
  )
  const linked = { key: key!, filename: filename! }
  const given = Buffer.from(signature!)
  const expected = Buffer.from(sign(linkKey, linked, expires!))
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Fault('forbidden', 'This link is not valid.', { hint: 'Ask for a new one.' })
  }
  if (Number(expires) * 1000 <= Date.now()) {
    throw new Fault('forbidden', 'This link has expired.', { hint: 'Ask for a new one.' })
  }
  return linked
}

const sign = (linkKey: Uint8Array, { key, filename }: Linked, expires: string): string =>
  createHmac('sha256', linkKey)
    .update(JSON.stringify(['headgate link', key, filename, expires]))
    .digest('base64url')
