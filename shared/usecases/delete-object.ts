import type * as api from '../api/objects.ts'
import type { UseCase } from '../api/operation.ts'
import { clearObjects, forEachKey } from './clear-objects.ts'
import { matched } from './conditions.ts'
import { olderKeys } from './older-versions.ts'
import { ownObject } from './own-scope.ts'

/** With everything below it, a name takes its folder along, and no sibling whose name merely begins alike. */
export const deleteObject: UseCase<typeof api.deleteObject> = async ({ catalog, objects }, input) => {
  const object = await ownObject(catalog, input.path, input)
  const ifMatch = await matched(objects, object.key, input.ifMatch)
  await objects.delete(object.key, ifMatch === undefined ? {} : { ifMatch })
  if (input.recursive) {
    await clearObjects(objects, `${object.key}/`, input.signal)
    await clearObjects(objects, `${object.olderRoot}${object.name}/`, input.signal)
  } else await forEachKey(olderKeys(objects, object), input.signal, (key) => objects.delete(key))
  return { body: undefined }
}
