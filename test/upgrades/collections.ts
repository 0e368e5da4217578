import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Collection } from '../../shared/ports/catalog.ts'
import { root } from '../support/code.ts'

/** The files that declare collections, from the root. */
export const declaring: readonly string[] = [
  ...readdirSync(join(root, 'shared/ports'))
    .filter((name) => name.endsWith('records.ts'))
    .map((name) => `shared/ports/${name}`),
  'shared/api/idempotency.ts',
]

const modules: readonly object[] = await Promise.all(declaring.map((path) => import(join(root, path))))

const any = 'any'

const isCollection = (value: unknown): value is Collection<unknown> =>
  typeof value === 'object' && value !== null && 'path' in value && 'schema' in value

/** A collection of each name that there is; those that belong to something belong to `any`. */
const ofAnything = (name: string, made: unknown): readonly Collection<unknown>[] => {
  if (isCollection(made)) return [made]
  if (typeof made !== 'function' || !/s?Of$/.test(name)) return []
  if (name === 'secretsOf') return [made('org', any), made('user', any)]
  const of =
    made.length === 1 && /^(plans|views|partitions|results)Of$/.test(name) ? { snapshot: any, attempt: any } : any
  return [made(of)].filter(isCollection)
}

/** Every collection of the catalog. */
export const collections: readonly Collection<unknown>[] = modules
  .flatMap((each) => Object.entries(each))
  .flatMap(([name, made]) => ofAnything(name, made))
  .toSorted((a, b) => (a.path < b.path ? -1 : 1))

/** The collection in which records of a path are, as the list has it. */
export function collectionOf(path: string): Collection<unknown> {
  const given = path.split('/')
  const fits = ({ path }: Collection<unknown>) => {
    const parts = path.split('/')
    return parts.length === given.length && parts.every((part, i) => part === any || part === given[i])
  }
  const found = collections.find(fits)
  if (found === undefined) throw new Error(`No collection is at ${path}.`)
  return found
}

/** The same, at that very path. */
export const collectionAt = (path: string): Collection<unknown> => ({ ...collectionOf(path), path })
