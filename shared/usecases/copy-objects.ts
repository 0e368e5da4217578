import type * as api from '../api/objects.ts'
import type { UseCase } from '../api/operation.ts'
import { Fault, isFault } from '../domain/faults.ts'
import { forEachKey, keysUnder } from './clear-objects.ts'
import { ownObject } from './own-scope.ts'
import { noSuchObject } from './show-object.ts'

export const copyObjects: UseCase<typeof api.copyObjects> = async ({ catalog, objects }, { body, ...input }) => {
  const from = await ownObject(catalog, body.from, input)
  const to = await ownObject(catalog, body.to, input)
  if (from.key === to.key || (body.recursive && to.key.startsWith(`${from.key}/`)))
    throw new Fault('conflict', 'An object cannot be copied to itself, nor a folder into itself.')
  const copy = async (key: string) => {
    await objects.copy(key, to.key + key.slice(from.key.length), { ifAbsent: !body.replace })
    if (body.move) await objects.delete(key)
  }
  if (!body.recursive) {
    await copy(from.key).catch((thrown) => {
      throw isFault(thrown, 'not-found') ? noSuchObject(from, thrown) : thrown
    })
    return { body: { objects: 1 } }
  }
  const count = await forEachKey(keysUnder(objects, `${from.key}/`), input.signal, copy)
  if (count === 0) throw noSuchObject({ ...from, name: `${from.name}/` }, undefined)
  return { body: { objects: count } }
}
