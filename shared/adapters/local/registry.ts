import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { Name } from '../../domain/connector.ts'
import type { Registry } from '../../ports/registry.ts'
import { placeFile, unlessMissing } from './files.ts'
import { filesIn, objectPath } from './object-path.ts'

const Shown = z.object({ dataset: Name, version: z.int() })

/**
 * A file for each dataset, `<dataset>.json`, which is replaced whole: the version, its columns, and the paths of its files on
 * this disk. `objects`: the folder of the objects.
 */
export function localRegistry({ folder, objects }: { readonly folder: string; readonly objects: string }): Registry {
  const fileOf = (dataset: string) => join(folder, `${dataset}.json`)
  return {
    async put({ files, ...table }) {
      const text = JSON.stringify(
        { ...table, files: files.map((key) => objectPath(filesIn(objects), key)) },
        undefined,
        2,
      )
      await mkdir(folder, { recursive: true })
      await placeFile(fileOf(table.dataset), (file) => file.writeFile(`${text}\n`), { scratch: join(folder, '.new') })
    },
    remove: (dataset) => rm(fileOf(dataset), { force: true }),
    async list() {
      const names = (await readdir(folder).catch(unlessMissing)) ?? []
      const files = names.filter((name) => name.endsWith('.json'))
      const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8').catch(unlessMissing)))
      return {
        tables: texts.flatMap((text) => (text === undefined ? [] : [Shown.parse(JSON.parse(text))])),
        next: null,
      }
    },
  }
}
