import { Fault } from '../domain/faults.ts'
import type { Operation } from './operation.ts'

export interface Route {
  readonly id: string
  readonly op: Operation
  readonly params: Readonly<Record<string, string>>
}

/**
 * Finds the operation of a method and a raw path. Path parts are percent-decoded once; of two paths that fit, the one
 * with fewer placeholders wins, and one that takes a part over one that takes the rest. Faults: not-found, method-not-allowed, invalid-request (broken percent-encoding).
 */
export function router(operations: Readonly<Record<string, Operation>>): (method: string, path: string) => Route {
  const routes = Object.entries(operations)
    .map(([id, op]) => ({ id, op, pattern: pattern(op.path) }))
    .sort((a, b) => placeholders(a.op) - placeholders(b.op))
  return (method, path) => {
    const here = routes.flatMap(({ id, op, pattern }) => {
      const match = pattern.exec(path)
      return match === null ? [] : [{ id, op, groups: match.groups ?? {} }]
    })
    const found = here.find(({ op }) => op.method === method)
    if (found) return { id: found.id, op: found.op, params: decode(found.groups) }
    if (here.length === 0)
      throw new Fault('not-found', `There is nothing at ${path.slice(0, 200)}.`, {
        hint: 'GET /v1/openapi.json lists every path.',
      })
    throw methodNotAllowed(method, path, [...new Set(here.map(({ op }) => op.method))])
  }
}

/** What one operation's path takes from a raw path, percent-decoded once; undefined where it does not fit. */
export function pathMatcher({ path }: Pick<Operation, 'path'>): (rawPath: string) => Route['params'] | undefined {
  const fits = pattern(path)
  return (rawPath) => {
    const match = fits.exec(rawPath)
    return match === null ? undefined : decode(match.groups ?? {})
  }
}

/** The fault for a path that has other methods: those. */
export const methodNotAllowed = (method: string, path: string, known: readonly string[]): Fault =>
  new Fault('method-not-allowed', `${method} is not known at ${path.slice(0, 200)}.`, {
    hint: `Use ${known.join(' or ')}.`,
    headers: { allow: known.join(', ') },
  })

const placeholders = ({ path }: Operation) => path.split('{').length + (path.includes('+}') ? 0.5 : 0)

const pattern = (path: string): RegExp =>
  new RegExp(
    `^${path
      .replace(/[.]/g, '\\.')
      .replace(/\{(\w+)\+\}/g, '(?<$1>.+)')
      .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`,
  )

function decode(groups: Readonly<Record<string, string>>): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]))
  } catch (cause) {
    throw new Fault('invalid-request', 'The path has a broken percent-encoding.', { cause })
  }
}
