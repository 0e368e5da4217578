import type * as z from 'zod'
import { Fault } from './faults.ts'

/** The fault for a value that its schema refuses, with a JSON pointer to each wrong place. */
export function invalid(error: z.ZodError, place: string): Fault {
  const errors = error.issues.map((issue) => ({
    pointer: [place, ...issue.path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/'),
    detail: issue.message,
  }))
  const first = errors[0]
  return new Fault('invalid-request', first ? `${first.pointer}: ${first.detail}` : 'The request is not valid.', {
    errors: errors.slice(0, 50),
    cause: error,
  })
}
