import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/uploads.ts'
import { uploadsOf } from '../ports/store-records.ts'
import { findUpload } from './find-upload.ts'

export const abortUpload: UseCase<typeof api.abortUpload> = async ({ catalog, uploads }, { id, caller }) => {
  await uploads.abort(await findUpload(catalog, id, caller))
  await catalog.write([{ delete: uploadsOf(caller.id), id }])
  return { body: undefined }
}
