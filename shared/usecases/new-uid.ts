import { randomBytes } from 'node:crypto'

/** A new uid: the prefix, an underscore (which no name holds) and 26 characters of a-z and 2-7. */
export function newUid(prefix: 'con' | 'dat' | 'exp' | 'sch' | 'tok' | 'whk'): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567'
  return `${prefix}_${[...randomBytes(26)].map((byte) => letters[byte & 31]).join('')}`
}
