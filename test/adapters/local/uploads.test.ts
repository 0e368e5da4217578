import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { localUploads } from '../../../shared/adapters/local/uploads.ts'
import { uploadsContract } from '../../contract/uploads.ts'
import { localWorld } from '../../support/world.ts'

it('removes what nobody went on with for two days, when another upload begins', async () => {
  const { folder, uploads, dispose } = await localWorld()
  const [old, kept] = [await uploads.begin('old'), await uploads.begin('kept')]
  const then = new Date(Date.now() - 3 * 86_400_000)
  await utimes(join(folder, 'uploads', old), then, then)
  await uploads.begin('another')
  await expect(uploads.parts({ key: 'old', upload: old })).rejects.toMatchObject({ code: 'not-found' })
  expect(await uploads.parts({ key: 'kept', upload: kept })).toEqual([])
  await dispose()
})

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
