import { entriesOf, type Json, type JsonObject, listOf, member, textOf } from './json.ts'
import { notSpec } from './parse-spec.ts'

/** References within the document; nothing else is ever read for one. */
export interface References {
  /** What a `#/…` pointer names; undefined where it leads nowhere. */
  at(reference: string): Json | undefined
  /** The value itself, or what its chain of references ends at; undefined where that is nowhere, or a circle. */
  follow(value: Json | undefined): Json | undefined
}

const longestChain = 100

export function referencesIn(document: JsonObject): References {
  const at = (reference: string): Json | undefined => {
    if (reference === '#') return document
    if (!reference.startsWith('#/')) return undefined
    let found: Json | undefined = document
    for (const part of reference.slice(2).split('/')) {
      const key = unescapePart(part)
      found = Array.isArray(found) && /^\d+$/.test(key) ? found[Number(key)] : member(found, key)
    }
    return found
  }
  return {
    at,
    follow(value) {
      let found = value
      for (let step = 0; step < longestChain; step++) {
        const reference = textOf(found, '$ref')
        if (reference === undefined) return found
        found = at(reference)
      }
      return undefined
    },
  }
}

/** Fault source-failed for a document that refers to anything outside of itself. */
export function refuseForeignReferences(document: JsonObject): void {
  const visit = (value: Json, path: string): void => {
    const reference = textOf(value, '$ref')
    if (reference !== undefined && !reference.startsWith('#'))
      throw notSpec(`The document refers to another one at ${path || '/'}, which is never read.`, {
        hint: 'Bundle it into one document, with an OpenAPI bundler.',
      })
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) visit(item, `${path}/${i}`)
      return
    }
    for (const [key, part] of entriesOf(value)) if (!isData(key)) visit(part, `${path}/${escapePart(key)}`)
  }
  visit(document, '')
}

/** Members that hold values of the API, not parts of the document. */
const isData = (key: string): boolean =>
  ['example', 'examples', 'default', 'enum', 'const', 'value'].includes(key) || key.startsWith('x-')

function unescapePart(part: string): string {
  let text = part
  try {
    text = decodeURIComponent(part)
  } catch {
    // A lone % is a letter like others.
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~')
}

const escapePart = (key: string): string => key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')

/** Follows each of a list, leaving out what leads nowhere. */
export const followAll = (references: References, holder: Json | undefined, key: string): Json[] =>
  listOf(holder, key).flatMap((item) => references.follow(item) ?? [])
