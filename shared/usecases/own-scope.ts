import type { Caller } from '../domain/caller.ts'
import { Fault } from '../domain/faults.ts'
import { checkObjectKey, checkObjectPrefix } from '../domain/object-key.ts'
import { ownerPart } from '../domain/owner.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { findPipeline } from './find-pipeline.ts'

/** Where one scope of one user is: the only place where keys of users' objects are made. */
export interface Scope {
  /** `user` or `pipelines/<id>`. */
  readonly scope: string
  /** Keys of its objects begin with it. */
  readonly root: string
  /** Keys of its objects' older versions begin with it. */
  readonly olderRoot: string
}

interface Asking {
  readonly caller: Caller
  readonly pipeline?: string | undefined
}

export const userScope = (caller: Caller): Scope => scopeAt('user', `users/${ownerPart(caller.id)}/`)

/** Everything of a pipeline is below it. */
export const pipelineRoot = (owner: string, id: string): string => `users/${ownerPart(owner)}/pipelines/${id}/`

/** Faults: not-found where the caller has no such pipeline in use, pipeline-required. */
export async function pipelineScope(catalog: CatalogReader, id: string, asking: Asking): Promise<Scope> {
  const { value } = await findPipeline(catalog, id, asking)
  return scopeAt(`pipelines/${value.id}`, pipelineRoot(asking.caller.id, value.id))
}

const scopeAt = (scope: string, base: string): Scope => ({ scope, root: `${base}data/`, olderRoot: `${base}older/` })

/** An object of a caller's. */
export interface OwnObject extends Scope {
  readonly name: string
  readonly key: string
}

/** Bytes of a name: the rest of a key is for the scope and for the older versions. */
export const maxNameBytes = 700

/**
 * The object of a path: `user/<name>`, `pipelines/<id>/<name>`. Slashes at the beginning of a name are dropped; one that
 * would leave the scope is refused. Faults: invalid-request, and those of `pipelineScope`.
 */
export async function ownObject(catalog: CatalogReader, path: string, asking: Asking): Promise<OwnObject> {
  const [, id, ofPipeline] = /^pipelines\/([^/]+)\/(.*)$/s.exec(path) ?? []
  const [, ofUser] = /^user\/(.*)$/s.exec(path) ?? []
  const name = (ofUser ?? ofPipeline)?.replace(/^\/+/, '')
  if (name === undefined || name === '')
    throw new Fault('invalid-request', 'A path is user/<name> or pipelines/<id>/<name>, with a name.', {
      hint: 'GET /v1/objects/user and GET /v1/objects/pipelines/<id> list the names.',
    })
  checkObjectKey(name)
  if (Buffer.byteLength(name) > maxNameBytes)
    throw new Fault('invalid-request', `The name of an object is at most ${maxNameBytes} bytes of UTF-8.`)
  const scope = id === undefined ? userScope(asking.caller) : await pipelineScope(catalog, id, asking)
  return { ...scope, name, key: scope.root + name }
}

/** A prefix as names have it: without slashes at its beginning, and of characters that names have. */
export function ownPrefix(prefix: string): string {
  const plain = prefix.replace(/^\/+/, '')
  checkObjectPrefix(plain)
  return plain
}
