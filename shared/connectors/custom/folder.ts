import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Language = 'python' | 'typescript'

/** The file of a connection's folder that holds its code. */
export const codeFiles: Readonly<Record<Language, string>> = { python: 'connection.py', typescript: 'connection.ts' }

/** What lies beside the code and is not it. */
const ignored = /(^|[/\\])(\.[^/\\]*|__pycache__|node_modules)([/\\]|$)/

const isName = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,62}$/.test(text)

/** What the code of a connection is written in; undefined where there is none of that name. */
export const languageOf = (folder: string, connection: string): Language | undefined =>
  isName(connection)
    ? (['python', 'typescript'] as const).find((language) => existsSync(join(folder, connection, codeFiles[language])))
    : undefined

/** The names of the connections in a folder, in byte order. */
export async function connectionNames(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && languageOf(folder, entry.name))
    .map(({ name }) => name)
    .sort()
}

/** Changes whenever a file of the connection does. */
export async function codeFingerprint(folder: string, connection: string): Promise<string> {
  const own = join(folder, connection)
  const paths = await readdir(own, { recursive: true, withFileTypes: true })
  const hash = createHash('sha256')
  const code = paths
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(own.length + 1))
    .filter((path) => !ignored.test(path))
    .sort()
  for (const path of code) {
    const bytes = await readFile(join(own, path))
    hash.update(JSON.stringify([path.replaceAll('\\', '/'), bytes.length])).update(bytes)
  }
  return hash.digest('hex')
}
