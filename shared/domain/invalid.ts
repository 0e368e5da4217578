import * as z from 'zod'
import { Fault, type FaultPlace } from './faults.ts'
import { inWords } from './in-words.ts'

/** A value as its schema takes it. Fault invalid-request, with a JSON pointer to each wrong place. */
export function valid<S extends z.ZodType>(schema: S, value: unknown, place: string): z.output<S> {
  const result = z.safeParse(schema, value, { error: inWords })
  if (result.success) return result.data
  throw invalid(result.error, place)
}

/** The fault for a value that its schema refused. */
export function invalid(error: z.ZodError, place: string): Fault {
  const issues = error.issues.map(nearestMiss)
  const errors = issues.flatMap((issue) => places(issue, place))
  const first = errors[0]
  const unknown = issues.find(({ code }) => code === 'unrecognized_keys')
  return new Fault('invalid-request', first ? `${first.pointer}: ${first.detail}` : 'The request is not valid.', {
    hint: unknown?.message,
    errors: errors.slice(0, 50),
    cause: error,
  })
}

type Issue = z.core.$ZodIssue

function places({ path, message, ...issue }: Issue, place: string): FaultPlace[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ pointer: pointer(place, [...path, key]), detail: 'is not known here' }))
  return [{ pointer: pointer(place, path), detail: message }]
}

const pointer = (place: string, path: readonly PropertyKey[]): string =>
  [place, ...path.map((part) => String(part).slice(0, 200).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/')

/** Of a choice that fits nowhere, what is wrong with the alternative that went furthest. */
function nearestMiss(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue
  const misses = issue.errors.map((issues) => issues.map(nearestMiss))
  const reached = misses.map((issues) => Math.min(...issues.map(reach)))
  const furthest = Math.max(...reached)
  const near = misses.filter((_, i) => reached[i] === furthest)
  // A choice that has words of its own says more than any of several alternatives.
  if (near.length > 1 && issue.message !== unsaid) return issue
  if (near.every(([{ path, code } = issue]) => path.length === 0 && code === 'invalid_type'))
    return {
      ...issue,
      message: [...new Set(near.map(([first]) => first!.message))].join(' or ').replaceAll(' or must be ', ' or '),
    }
  const [nearest] = near.toSorted((a, b) => a.length - b.length)[0]!
  return nearest === undefined ? issue : { ...nearest, path: [...issue.path, ...nearest.path] }
}

const unsaid = 'Invalid input'

/** Deeper is further, and so is a later item of the same list; a wrong word (of an operator, of a kind) got nowhere. */
function reach({ path, code }: Issue): number {
  const last = path.at(-1)
  if (code === 'invalid_value') return 0
  return path.length * 1000 + (typeof last === 'number' ? Math.min(last, 999) : 0)
}
