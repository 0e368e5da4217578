import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** Texts by path from the root, `/` between the parts. */
export type Code = ReadonlyMap<string, string>

/** The files of some folders that end in one of the endings; a folder that is not there has none. */
export function readCode(folders: readonly string[], endings: readonly string[]): Code {
  const paths = folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        posix.join(folder, file.replaceAll('\\', '/')),
      ),
    )
    .filter((path) => endings.some((ending) => path.endsWith(ending)) && !/(^|\/)(node_modules|dist)\//.test(path))
  return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

export interface Import {
  /** A path from the root for what is ours, the package or `node:` module otherwise. */
  readonly to: string
  readonly isOurs: boolean
  readonly isType: boolean
  readonly isDynamic: boolean
  /** `export … from`. */
  readonly isExport: boolean
}

/** What a file imports, as it is written: `import`, `export … from` and `import()` of a literal. */
export function importsOf(path: string, text: string): readonly Import[] {
  const statics = [...text.matchAll(/^(import|export)\s+(type\s+)?([^'";]*?)(?:from\s+)?'([^']+)'/gm)].filter(
    ([whole, keyword]) => keyword === 'import' || / from '/.test(whole.replaceAll('\n', ' ')),
  )
  const dynamics = [...text.matchAll(/\bimport\(\s*'([^']+)'/g)]
  return [
    ...statics.map(([, keyword, type, names, to]) => ({
      ...target(path, to!),
      isType: type !== undefined || everyNameIsType(names!),
      isDynamic: false,
      isExport: keyword === 'export',
    })),
    ...dynamics.map(([, to]) => ({ ...target(path, to!), isType: false, isDynamic: true, isExport: false })),
  ]
}

const target = (from: string, to: string): Pick<Import, 'to' | 'isOurs'> =>
  to.startsWith('.')
    ? { to: posix.join(posix.dirname(from), to), isOurs: true }
    : { to: to.startsWith('node:') ? to : packageOf(to), isOurs: false }

const packageOf = (to: string): string =>
  to
    .split('/')
    .slice(0, to.startsWith('@') ? 2 : 1)
    .join('/')

const everyNameIsType = (names: string): boolean =>
  /^\{[\s\S]*\}\s*$/.test(names) &&
  names
    .replace(/[{}]/g, '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .every((name) => name.startsWith('type '))
