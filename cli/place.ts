import { UsageError } from './command.ts'

/** What is to be read: a table or a file of a source, or a dataset. */
export type Place =
  | { readonly source: string; readonly table: string }
  | { readonly source: string; readonly key: string }
  | { readonly dataset: string }

/** `source/table`, `headgate://source/path/of/a/file`, or the name of a dataset. */
export function parsePlace(said: string): Place {
  const file = /^headgate:\/\/([^/]+)\/(.+)$/s.exec(said)
  if (file) return { source: file[1]!, key: file[2]! }
  const table = /^([^/]+)\/(.+)$/s.exec(said)
  if (table) return { source: table[1]!, table: table[2]! }
  if (said === '' || said.includes('/'))
    throw new UsageError(`${JSON.stringify(said)} is neither source/table nor a dataset.`)
  return { dataset: said }
}

/** `source/rest`, the rest with its slashes. */
export function splitPlace(said: string, what: string): readonly [source: string, rest: string] {
  const match = /^(?:headgate:\/\/)?([^/]+)\/(.+)$/s.exec(said)
  if (match === null) throw new UsageError(`${JSON.stringify(said)} is not <source>/<${what}>.`)
  return [match[1]!, match[2]!]
}
