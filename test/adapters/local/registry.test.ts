import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { filesIn, objectPath } from '../../../shared/adapters/local/object-path.ts'
import { localRegistry } from '../../../shared/adapters/local/registry.ts'
import { registryContract } from '../../contract/registry.ts'
import { temporaryFolder } from '../../support/world.ts'

registryContract('a folder of files', async () => {
  const folder = await temporaryFolder()
  const [tables, objects] = [join(folder.path, 'tables'), join(folder.path, 'objects')]
  return {
    registry: localRegistry({ folder: tables, objects }),
    async files(dataset) {
      const text = await readFile(join(tables, `${dataset}.json`), 'utf8').catch(() => undefined)
      return text === undefined ? undefined : JSON.parse(text).files
    },
    nameOf: (key) => objectPath(filesIn(objects), key),
    dispose: folder.dispose,
  }
})
