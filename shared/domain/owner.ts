import { createHash } from 'node:crypto'

/**
 * A caller's id as one part of a path: the id itself where it is plain, else its SHA-256 behind a mark that no plain id
 * holds. Two callers never share one. Every path of a user's things begins with it.
 */
export const ownerPart = (callerId: string): string =>
  /^[A-Za-z0-9_-]{1,64}$/.test(callerId) ? callerId : `h.${createHash('sha256').update(callerId).digest('hex')}`
