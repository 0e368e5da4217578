import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/uploads.ts'
import type { UploadRecord } from '../domain/upload.ts'
import { uploadsOf } from '../ports/store-records.ts'
import { ulid } from '../snapshots/ulid.ts'
import { showUpload } from './find-upload.ts'
import { ownObject } from './own-scope.ts'

/** As long as the stores keep the parts of what is never completed. */
const lifeMs = 2 * 86_400_000

export const createUpload: UseCase<typeof api.createUpload> = async ({ catalog, uploads }, { body, ...input }) => {
  const { scope, name, key } = await ownObject(catalog, body.path, input)
  const now = Date.now()
  const record: UploadRecord = {
    id: `u-${ulid(now)}`,
    path: `${scope}/${name}`,
    key,
    upload: await uploads.begin(key),
    ifAbsent: body.ifAbsent,
    keepOlder: body.keepOlder,
    created: new Date(now).toISOString(),
    expires: new Date(now + lifeMs).toISOString(),
  }
  const expires = Math.floor((now + lifeMs) / 1000)
  await catalog.write([{ create: uploadsOf(input.caller.id), id: record.id, value: record, expires }])
  return { body: showUpload(record), location: `/v1/uploads/${record.id}` }
}
