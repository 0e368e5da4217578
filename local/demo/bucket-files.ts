import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One object of the demo's bucket. */
export interface BucketFile {
  readonly key: string
  /** Where its bytes are. */
  readonly path: string
  readonly size: number
  /** As HTTP writes it. */
  readonly etag: string
  readonly modified: Date
  readonly type: string
}

/** By the ending of a file: the folder that it is shown in, and what it is. */
const sorts: Readonly<Record<string, readonly [folder: string, type: string]>> = {
  csv: ['csv/', 'text/csv'],
  tsv: ['csv/', 'text/tab-separated-values'],
  json: ['json/', 'application/json'],
  parquet: ['parquet/', 'application/vnd.apache.parquet'],
  arrow: ['arrow/', 'application/vnd.apache.arrow.file'],
  png: ['images/', 'image/png'],
  md: ['', 'text/markdown'],
}

/**
 * The files of the `vega-datasets` package as objects, in byte order of their keys. A version of the package never
 * changes: its number stands for the content in the ETags.
 */
export async function bucketFiles(): Promise<readonly BucketFile[]> {
  const root = fileURLToPath(new URL('..', import.meta.resolve('vega-datasets')))
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const names = (await readdir(join(root, 'data'))).map((name) => `data/${name}`)
  const files = await Promise.all(
    ['README.md', 'datapackage.json', ...names].map(async (path): Promise<BucketFile | undefined> => {
      const sort = sorts[path.slice(path.lastIndexOf('.') + 1)]
      if (!sort) return undefined
      const [folder, type] = path.includes('/') ? sort : ['', sort[1]]
      const { size, mtime } = await stat(join(root, path))
      const hash = createHash('md5').update(`${version}/${path}/${size}`).digest('hex')
      const key = `${folder}${path.slice(path.indexOf('/') + 1)}`
      // Headers tell whole seconds: a list that told more would show another time.
      const modified = new Date(Math.floor(mtime.getTime() / 1000) * 1000)
      return { key, path: join(root, path), size, etag: `"${hash}"`, modified, type }
    }),
  )
  return files.filter((file) => file !== undefined).sort((a, b) => (a.key < b.key ? -1 : 1))
}
