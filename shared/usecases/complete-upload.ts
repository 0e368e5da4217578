import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/uploads.ts'
import { uploadsOf } from '../ports/store-records.ts'
import { findUpload } from './find-upload.ts'
import { ownObject } from './own-scope.ts'
import { showObject } from './show-object.ts'

export const completeUpload: UseCase<typeof api.completeUpload> = async (world, { id, body, ...input }) => {
  const { catalog, uploads } = world
  const record = await findUpload(catalog, id, input.caller)
  // The pipeline may have been archived since.
  const object = await ownObject(catalog, record.path, input)
  const head = await uploads.complete(record, body.parts, { ifAbsent: record.ifAbsent })
  await catalog.write([{ delete: uploadsOf(input.caller.id), id }])
  return { body: showObject(object, head), etag: head.etag }
}
