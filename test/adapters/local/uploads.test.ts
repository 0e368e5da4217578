import { localUploads } from '../../../shared/adapters/local/uploads.ts'
import { uploadsContract } from '../../contract/uploads.ts'
import { localWorld } from '../../support/world.ts'

uploadsContract('local', async () => {
  const { objects, uploads, uploadOptions, dispose } = await localWorld()
  return {
    objects,
    uploads,
    twin: localUploads(uploadOptions),
    dispose,
    async send(url, bytes) {
      const sent = (async function* () {
        yield bytes
      })()
      return uploads.receive(new URL(url).searchParams, sent).catch(() => undefined)
    },
  }
})
