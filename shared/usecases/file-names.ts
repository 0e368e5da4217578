import type { Manifest } from '../domain/snapshot.ts'
import { distinctNames } from '../formats/names.ts'
import { partName } from '../snapshots/keys.ts'

/**
 * A name for each part of a version that is safe to unpack: no name leads out of the folder, none is absolute, and no two
 * are the same. Files keep their paths at the source but for that.
 */
export const fileNames = ({ parts }: Manifest): string[] =>
  distinctNames(parts.map(({ key, path }) => (path === undefined ? partName(key) : safeName(path))))

function safeName(path: string): string {
  const segments = path
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f"*:<>?|]/g, '_')
    .split(/[/\\]/)
    .filter((segment) => segment !== '' && segment !== '.')
    .map((segment) => (segment === '..' ? '_' : segment))
  return segments.join('/') || '_'
}
