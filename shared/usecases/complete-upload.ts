import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/uploads.ts'
import { uploadsOf } from '../ports/store-records.ts'
import { forEachKey } from './clear-objects.ts'
import { findUpload } from './find-upload.ts'
import { keepOlder, olderKeys } from './older-versions.ts'
import { ownObject } from './own-scope.ts'
import { showObject } from './show-object.ts'

export const completeUpload: UseCase<typeof api.completeUpload> = async (world, { id, body, ...input }) => {
  const { catalog, objects, uploads } = world
  const record = await findUpload(catalog, id, input.caller)
  // The pipeline may have been archived since.
  const object = await ownObject(catalog, record.path, input)
  if (record.keepOlder && !record.ifAbsent) await keepOlder(objects, object)
  const head = await uploads.complete(record, body.parts, { ifAbsent: record.ifAbsent })
  if (!record.keepOlder) await forEachKey(olderKeys(objects, object), undefined, (key) => objects.delete(key))
  await catalog.write([{ delete: uploadsOf(input.caller.id), id }])
  return { body: showObject(object, head), etag: head.etag }
}
