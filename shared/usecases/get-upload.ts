import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/uploads.ts'
import { findUpload, showUpload } from './find-upload.ts'

export const getUpload: UseCase<typeof api.getUpload> = async ({ catalog, uploads }, { id, caller }) => {
  const record = await findUpload(catalog, id, caller)
  return { body: { ...showUpload(record), parts: [...(await uploads.parts(record))] } }
}
