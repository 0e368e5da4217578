import type { Caller } from '../domain/caller.ts'
import { Fault } from '../domain/faults.ts'
import type { UploadRecord } from '../domain/upload.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { uploadsOf } from '../ports/store-records.ts'

/** A caller's own upload. Fault not-found. */
export async function findUpload(catalog: CatalogReader, id: string, caller: Caller): Promise<UploadRecord> {
  const found = await catalog.get(uploadsOf(caller.id), id)
  if (found) return found.value
  throw new Fault('not-found', `There is no upload ${JSON.stringify(id.slice(0, 63))}.`, {
    hint: 'GET /v1/uploads lists yours; one that is over is not among them.',
  })
}

/** Bytes of a part: 10,000 of them make 320 GB. */
const partBytes = 32 * 1024 * 1024

export const showUpload = ({ id, path, created, expires }: UploadRecord) => ({
  id,
  path,
  created,
  expires,
  partBytes,
  maxParts: 10_000,
})
