import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** The file of a built Data App that says what it was built of. */
export const fingerprintFile = 'fingerprint.txt'

/** What the Data App is built of, as one word: it changes with every source of it and with every package. */
export function fingerprintApp(): string {
  const hash = createHash('sha256')
  for (const path of ['package-lock.json', ...filesOf('app'), ...filesOf('clients/typescript')])
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0')
  return hash.digest('hex')
}

function filesOf(folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/[\\/](node_modules|dist)([\\/]|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted()
}
