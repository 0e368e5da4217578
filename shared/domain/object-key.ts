import { Fault } from './faults.ts'

/** Bytes of UTF-8. S3 takes 1,024: the rest is for a deployment's own prefix. */
export const maxKeyBytes = 900

const forbidden = /[\u0000-\u001f]/

/** Refuses a key that breaks the rule of `ports/objects.ts`: fault invalid-request. */
export function checkObjectKey(key: string): void {
  if (key === '') throw refusal('An object key cannot be empty.')
  checkObjectPrefix(key)
  const parts = key.split('/')
  if (parts.includes('')) throw refusal('An object key cannot begin or end with a slash, or hold two in a row.')
  if (parts.some((part) => part === '.' || part === '..')) {
    throw refusal('No part of an object key can be "." or "..".')
  }
}

/** Refuses what no key can begin with, or be compared to: too long, or characters that no key holds. */
export function checkObjectPrefix(prefix: string): void {
  if (Buffer.byteLength(prefix) > maxKeyBytes) {
    throw refusal(`An object key is at most ${maxKeyBytes} bytes of UTF-8.`)
  }
  if (!prefix.isWellFormed()) throw refusal('An object key must be well-formed Unicode.')
  if (forbidden.test(prefix)) throw refusal('An object key cannot hold control characters.')
}

const refusal = (detail: string) =>
  new Fault('invalid-request', detail, { hint: 'Choose another name for the object.' })
