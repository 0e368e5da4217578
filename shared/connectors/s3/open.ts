import { fileExtraction } from '../files/extraction.ts'
import type { Connection } from '../kind.ts'
import { checkS3 } from './check.ts'
import { type At, openStore, type Store } from './client.ts'
import type { Selection } from './config.ts'
import { s3Objects } from './objects.ts'

/** A connection of the kind. The SDK speaks through the guarded door. */
export async function openS3(at: At): Promise<Connection<'objects', Selection>> {
  let store: Promise<Store> | undefined
  const open = () => {
    store ??= openStore(at).catch((thrown: unknown) => {
      store = undefined
      throw thrown
    })
    return store
  }
  const objects = s3Objects(at, open)
  return {
    objects,
    check: () => checkS3(at),
    ...fileExtraction(objects),
    async close() {
      const opened = await store?.catch(() => undefined)
      opened?.client.destroy()
    },
  }
}
