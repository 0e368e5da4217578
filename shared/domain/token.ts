import { createHash, randomInt } from 'node:crypto'
import * as z from 'zod'
import { Scope } from './caller.ts'

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A new personal access token: `hg_pat_`, 30 characters of base62, and a checksum of 6 that scanners can verify. */
export function makeToken(): string {
  const random = Array.from({ length: 30 }, () => letters[randomInt(letters.length)]).join('')
  return `hg_pat_${random}${checksum(random)}`
}

/** Whether it has the shape and the checksum of a token; says nothing of whether it is known. */
export function isToken(text: string): boolean {
  const match = /^hg_pat_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/.exec(text)
  return match !== null && checksum(match[1]!) === match[2]
}

/** What its owner sees of a token. The token itself is shown once. */
export const TokenInfo = z.object({
  id: z.string(),
  name: z.string(),
  caller: z.string(),
  scopes: z.array(Scope),
  connectors: z.array(z.string()).nullable().meta({ description: 'The names of those it opens; null: all.' }),
  created: z.string(),
  createdBy: z.string(),
  expires: z.string(),
  hash: z.string(),
})
export type TokenInfo = z.infer<typeof TokenInfo>

/** What is kept of a token: SHA-256, lower-case hex. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex')

function checksum(text: string): string {
  let rest = createHash('sha256').update(text).digest().readUIntBE(0, 4)
  let digits = ''
  for (let i = 0; i < 6; i++) {
    digits = letters[rest % letters.length] + digits
    rest = Math.floor(rest / letters.length)
  }
  return digits
}
