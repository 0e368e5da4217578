import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../../domain/faults.ts'
import { nearest } from '../../domain/filter.ts'
import { startSession } from './child-session.ts'
import { codeFingerprint, connectionNames, type Language, languageOf } from './folder.ts'
import type { Runner } from './runner.ts'

/** Runs connections of a folder as processes of this machine: with its rights, and not walled off from it. */
export function childRunner(folder: string): Runner {
  const find = async (connection: string): Promise<Language> => {
    const language = languageOf(folder, connection)
    if (language) return language
    throw noConnection(connection, await connectionNames(folder))
  }
  return {
    names: () => connectionNames(folder),
    async codeFingerprint(connection) {
      await find(connection)
      return codeFingerprint(folder, connection)
    },
    async start(at) {
      const language = await find(at.connection)
      const own = join(folder, at.connection)
      const [command, args] = language === 'python' ? pythonFor(own) : nodeCommand
      return startSession({ ...at, language, folder: own, command, args })
    },
  }
}

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
