import { fileExtraction } from '../files/extraction.ts'
import { connectorKind } from '../kind.ts'
import { checkS3 } from './check.ts'
import { openStore, type Store } from './client.ts'
import { Config, Credential, Selection } from './config.ts'
import { s3Objects } from './objects.ts'
import { pinExternalId } from './pin.ts'

/** A bucket of S3, or of a store that speaks like it. The SDK speaks through the guarded door. */
export default connectorKind({
  kind: 's3',
  title: 'S3 bucket',
  capabilities: ['objects'],
  config: Config,
  credential: Credential,
  selection: Selection,
  pin: pinExternalId,
  async open(at) {
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
  },
})
