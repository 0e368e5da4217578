import { Fault } from '../domain/faults.ts'
import type { Secret } from '../domain/secret.ts'

/** SSM's advanced tier takes 8 KB. */
const maxValueBytes = 8 * 1024
/** SSM takes 15 levels and some 1,000 characters, of which a deployment's own prefix needs a share. */
const maxParts = 10
const maxIdBytes = 512

const part = /^[A-Za-z0-9._-]+$/

/** Whether a secret of that id can exist. */
export function isSecretId(id: string): boolean {
  const parts = id.split('/')
  const isPlain = (each: string) => part.test(each) && each !== '.' && each !== '..'
  return id.length <= maxIdBytes && parts.length <= maxParts && parts.every(isPlain)
}

/** Checks what is to be kept and gives its text. Faults: invalid-request, too-large. */
export function readySecret(id: string, value: Secret): string {
  if (!isSecretId(id)) throw new Fault('invalid-request', 'That is no id of a secret.')
  const text = value.reveal()
  if (text === '') throw new Fault('invalid-request', 'A secret cannot be empty.')
  if (!text.isWellFormed()) throw new Fault('invalid-request', 'A secret must be well-formed Unicode.')
  if (Buffer.byteLength(text) > maxValueBytes) {
    throw new Fault('too-large', `A secret is at most ${maxValueBytes} bytes of UTF-8.`)
  }
  return text
}
