import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import { openVersion } from '../snapshots/read-version.ts'
import { fileNames } from './file-names.ts'
import { readRowsCursor, writeRowsCursor } from './rows-cursor.ts'

/** How long an address gives the bytes. */
const linkSeconds = 3600

export const listFiles: UseCase<typeof api.listFiles> = async (world, input) => {
  const { name, version, asOf, limit, cursor } = input
  const query = [name, version ?? null, asOf ?? null]
  const [of, after] = cursor === undefined ? [] : readRowsCursor(query, cursor).split(':').map(Number)
  const manifest = await openVersion(world, name, of === undefined ? { version, asOf } : { version: of })
  const begin = after ?? 0
  const end = begin + limit
  const names = fileNames(manifest)
  const expires = new Date(Date.now() + 1000 * linkSeconds).toISOString()
  const items = await Promise.all(
    manifest.parts.slice(begin, end).map(async ({ key, path, rows, bytes, sha256 }, i) => {
      const file = names[begin + i]!
      const filename = file.slice(file.lastIndexOf('/') + 1)
      const url = await world.objects.link(key, { seconds: linkSeconds, filename })
      return { name: file, path: path ?? null, rows, bytes, sha256, url, expires }
    }),
  )
  const isLast = end >= manifest.parts.length
  return { body: { items, next: isLast ? null : writeRowsCursor(query, `${manifest.version}:${end}`) } }
}
