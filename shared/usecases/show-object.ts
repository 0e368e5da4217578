import { Fault } from '../domain/faults.ts'
import type { ObjectHead } from '../ports/objects.ts'
import type { OwnObject } from './own-scope.ts'

/** An object as its owner sees it. */
export const showObject = ({ scope, name }: OwnObject, { size, modified, etag }: ObjectHead) => ({
  path: `${scope}/${name}`,
  name,
  size,
  modified,
  etag,
})

/** The same words for what is not there and for what is another's; no key is in them. */
export const noSuchObject = ({ name }: OwnObject, cause: unknown): Fault =>
  new Fault('not-found', `There is no object ${JSON.stringify(name)}.`, { cause })
