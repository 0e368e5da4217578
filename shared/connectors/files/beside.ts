import { randomBytes } from 'node:crypto'
import { Fault } from '../../domain/faults.ts'
import { keyParts } from './key.ts'

/** Where a file is to be, and where it lies while it is written: hidden, in the same folder, under a name of its own. */
export interface Beside {
  readonly parts: readonly string[]
  readonly beside: readonly string[]
}

/** Names of files have so many bytes at most on usual disks; ours is as much longer. */
const nameBytes = 255

/** Fault invalid-request for a key that names no file. */
export function besideOf(key: string): Beside {
  const parts = keyParts(key)
  const name = parts.at(-1)
  if (name === undefined || key.endsWith('/'))
    throw new Fault('invalid-request', `${JSON.stringify(key.slice(0, 200))} names no file.`)
  const ending = `.headgate-${randomBytes(6).toString('hex')}`
  let begin = name
  while (Buffer.byteLength(begin) + ending.length + 1 > nameBytes) begin = [...begin].slice(0, -1).join('')
  return { parts, beside: [...parts.slice(0, -1), `.${begin}${ending}`] }
}

export const fileTaken = (key: string, cause?: unknown): Fault =>
  new Fault('conflict', `There is a file ${JSON.stringify(key.slice(0, 200))} already.`, {
    hint: 'Choose the mode `replace` or `timestamp`, or another path.',
    cause,
  })

/** What a server says by "not found" when a file is to be made. */
export const noFolder = (key: string, cause?: unknown): Fault =>
  new Fault(
    'not-found',
    `There is no folder for ${JSON.stringify(key.slice(0, 200))}, or the login may not write there.`,
    {
      hint: 'Have the folder made at the server, and the login granted the right to write there.',
      cause,
    },
  )
