import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/uploads.ts'
import { findUpload } from './find-upload.ts'

/** How long an address takes a part; it need only begin to arrive by then. */
const seconds = 300

export const signParts: UseCase<typeof api.signParts> = async ({ catalog, uploads }, { id, body, caller }) => {
  const record = await findUpload(catalog, id, caller)
  const expires = new Date(Date.now() + seconds * 1000).toISOString()
  const parts = await Promise.all(
    body.numbers.map(async (number) => ({ number, url: await uploads.sign(record, number, { seconds }) })),
  )
  return { body: { parts, expires } }
}
