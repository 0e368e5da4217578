import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/uploads.ts'
import { uploadsOf } from '../ports/store-records.ts'
import { showUpload } from './find-upload.ts'
import { listPage } from './list-page.ts'

export const listUploads: UseCase<typeof api.listUploads> = async ({ catalog }, { caller, limit, cursor }) => {
  const { entries, next } = await listPage(catalog, uploadsOf(caller.id), { limit, cursor })
  return { body: { items: entries.map(({ value }) => showUpload(value)), next } }
}
