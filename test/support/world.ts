import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localCatalog } from '../../shared/adapters/local/catalog.ts'
import { localObjects } from '../../shared/adapters/local/objects.ts'
import { localSecrets } from '../../shared/adapters/local/secrets.ts'
import { localUploads } from '../../shared/adapters/local/uploads.ts'

/** A real folder of the disk. `dispose` removes it. */
export async function temporaryFolder(): Promise<{ readonly path: string; dispose(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'headgate-test-'))
  return { path, dispose: () => rm(path, { recursive: true, force: true }) }
}

/** The stores of the disk world in a folder of their own. `dispose` closes and removes them. */
export async function localWorld() {
  const folder = await temporaryFolder()
  const catalog = localCatalog({ file: join(folder.path, 'catalog.sqlite') })
  const linkKey = randomBytes(32)
  const objects = localObjects({
    folder: join(folder.path, 'objects'),
    linkBase: 'http://127.0.0.1:7420/v1/links',
    linkKey,
  })
  const uploadOptions = {
    folder: join(folder.path, 'uploads'),
    objects,
    uploadBase: 'http://127.0.0.1:7420/uploads',
    linkKey,
  }
  return {
    folder: folder.path,
    catalog,
    objects,
    uploads: localUploads(uploadOptions),
    uploadOptions,
    secrets: localSecrets({ folder: join(folder.path, 'secrets'), keyFile: join(folder.path, 'secrets.key') }),
    async dispose() {
      catalog.close()
      await folder.dispose()
    },
  }
}
