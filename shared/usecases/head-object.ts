import type * as api from '../api/objects.ts'
import type { UseCase } from '../api/operation.ts'
import { bytesHead } from './bytes-reply.ts'
import { ownObject } from './own-scope.ts'
import { checkMatch, headOf } from './read-object.ts'

export const headObject: UseCase<typeof api.headObject> = async ({ catalog, objects }, input) => {
  const object = await ownObject(catalog, input.path, input)
  const head = await headOf(objects, object)
  checkMatch(head, input.ifMatch)
  const filename = object.name.slice(object.name.lastIndexOf('/') + 1)
  return bytesHead({ ...head, name: filename, etag: `"${head.etag}"` }, input.reading)
}
