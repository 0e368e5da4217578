import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../domain/faults.ts'
import { nearest } from '../../domain/filter.ts'
import { compareKeys } from '../files/key.ts'
import { startSession } from './child-session.ts'
import type { Runner } from './runner.ts'

export type Language = 'python' | 'typescript'

const files: Readonly<Record<Language, string>> = { python: 'connection.py', typescript: 'connection.ts' }

/** What lies beside the code and is not it. */
const ignored = /(^|[/\\])(\.[^/\\]*|__pycache__|node_modules)([/\\]|$)/

/** Runs connections of a folder as processes of this machine: with its rights, and not walled off from it. */
export function childRunner(folder: string): Runner {
  const languageOf = (connection: string): Language | undefined =>
    isName(connection)
      ? (['python', 'typescript'] as const).find((language) => existsSync(join(folder, connection, files[language])))
      : undefined
  const names = async () => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    return entries
      .filter((entry) => entry.isDirectory() && languageOf(entry.name))
      .map(({ name }) => name)
      .sort(compareKeys)
  }
  const find = async (connection: string): Promise<Language> => {
    const language = languageOf(connection)
    if (language) return language
    throw noConnection(connection, await names())
  }
  return {
    names,
    async codeFingerprint(connection) {
      await find(connection)
      const own = join(folder, connection)
      const paths = await readdir(own, { recursive: true, withFileTypes: true })
      const hash = createHash('sha256')
      const code = paths
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name).slice(own.length + 1))
        .filter((path) => !ignored.test(path))
        .sort(compareKeys)
      for (const path of code) {
        const bytes = await readFile(join(own, path))
        hash.update(JSON.stringify([path.replaceAll('\\', '/'), bytes.length])).update(bytes)
      }
      return hash.digest('hex')
    },
    async start(at) {
      const language = await find(at.connection)
      const own = join(folder, at.connection)
      const [command, args] = language === 'python' ? pythonFor(own) : nodeCommand
      return startSession({ ...at, language, folder: own, command, args })
    },
  }
}

const isName = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,62}$/.test(text)

const nodeCommand = [
  process.execPath,
  ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'run-typescript.ts')],
] as const

/** Where an interpreter usually is; that of the connection's own environment comes first. */
const pythonPlaces = [
  ...['/usr/local/bin/python3', '/usr/bin/python3', '/opt/homebrew/bin/python3', '/bin/python3'],
  ...['C:\\Windows\\py.exe'],
]

/** The interpreter for a connection; undefined where this machine has none. */
export const findPython = (folder: string): string | undefined =>
  [join(folder, '.venv/bin/python3'), join(folder, '.venv/Scripts/python.exe'), ...pythonPlaces].find(existsSync)

function pythonFor(folder: string): readonly [string, readonly string[]] {
  const command = findPython(folder)
  if (command === undefined)
    throw new Fault('source-failed', 'This machine has no Python 3, which the connection is written for.', {
      hint: 'Install Python 3, or make an environment `.venv` in the folder of the connection.',
    })
  // Isolated: neither the environment nor the working folder says what is imported.
  return [command, ['-I', '-B', '-X', 'utf8', join(import.meta.dirname, 'run-python.py')]]
}

export function noConnection(connection: string, names: readonly string[]): Fault {
  const near = nearest(connection, names)
  const known = names.length === 0 ? 'This deployment has none.' : `There are: ${names.slice(0, 20).join(', ')}.`
  return new Fault('not-found', `There is no connection ${JSON.stringify(connection.slice(0, 63))}.`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : known,
  })
}
