import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { localCatalog } from '../../../shared/adapters/local/catalog.ts'
import { catalogContract } from '../../contract/catalog.ts'
import { temporaryFolder } from '../../support/world.ts'

async function make() {
  const folder = await temporaryFolder()
  const file = join(folder.path, 'catalog.sqlite')
  const [catalog, twin] = [localCatalog({ file }), localCatalog({ file })]
  const dispose = async () => {
    catalog.close()
    twin.close()
    await folder.dispose()
  }
  return { file, catalog, twin, dispose }
}

catalogContract('local', make)

const adapter = new URL('../../../shared/adapters/local/catalog.ts', import.meta.url).href
const things = { path: 'things', schema: z.unknown() }

describe('the local catalog', () => {
  it('keeps its records over a restart', async () => {
    const { file, catalog, dispose } = await make()
    await catalog.write([{ create: things, id: 'a', value: 1 }])
    const later = localCatalog({ file })
    expect(await later.get(things, 'a')).toEqual({ id: 'a', revision: 1, value: 1 })
    later.close()
    await dispose()
  })

  it.skipIf(process.platform === 'win32')('is readable by its owner alone', async () => {
    const { file, catalog, dispose } = await make()
    await catalog.write([{ create: things, id: 'a', value: 1 }])
    for (const each of [file, `${file}-wal`]) expect((await stat(each)).mode & 0o777).toBe(0o600)
    await dispose()
  })

  it('removes what has expired with a later write', async () => {
    const { file, catalog, dispose } = await make()
    await catalog.write([{ create: things, id: 'a', value: 1, expires: 1 }])
    await catalog.write([{ create: things, id: 'b', value: 1 }])
    const db = new DatabaseSync(file)
    expect(db.prepare('SELECT count(*) AS n FROM records').get()).toEqual({ n: 1 })
    db.close()
    await dispose()
  })

  it('loses no update of several processes', async () => {
    const { file, catalog, dispose } = await make()
    await catalog.write([{ create: things, id: 'count', value: 0 }])
    const worker = `
      import * as z from 'zod'
      import { localCatalog } from ${JSON.stringify(adapter)}
      const adapter = new URL('../../../shared/adapters/local/catalog.ts', import.meta.url).href
const things = { path: 'things', schema: z.unknown() }
      const catalog = localCatalog({ file: ${JSON.stringify(file)} })
      for (let done = 0; done < 50; ) {
        const { revision, value } = await catalog.get(things, 'count')
        try {
          await catalog.write([{ replace: things, id: 'count', value: value + 1, revision }])
          done++
        } catch (thrown) {
          if (thrown.code !== 'precondition-failed') throw thrown
        }
      }`
    const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', worker])
    await Promise.all([run(), run(), run()])
    expect(await catalog.get(things, 'count')).toEqual({ id: 'count', revision: 151, value: 150 })
    await dispose()
  })

  it('says busy where another process holds the file', async () => {
    const { file, catalog, dispose } = await make()
    const db = new DatabaseSync(file)
    db.exec('BEGIN IMMEDIATE')
    await expect(catalog.write([{ create: things, id: 'a', value: 1 }])).rejects.toMatchObject({ code: 'busy' })
    db.exec('ROLLBACK')
    db.close()
    await catalog.write([{ create: things, id: 'a', value: 1 }])
    await dispose()
  })
})
