import type { Options, Run } from '../command.ts'
import { localProgram } from './local-program.ts'

const run =
  (verb: 'new' | 'check'): Run =>
  ({ signal }, [name], options) =>
    localProgram('connection.mjs', [verb, name!, ...flagsOf(options)], signal)

export const newConnection: Run = run('new')

export const checkConnection: Run = run('check')

/** Its own flags, as they were given. */
const flagsOf = (options: Options): readonly string[] =>
  [
    ['language', 'language'],
    ['folder', 'folder'],
    ['interface', 'interface'],
    ['config', 'config'],
    ['parse', 'parse'],
    ['credentialStdin', 'credential-stdin'],
  ].flatMap(([name, flag]) => {
    const value = options[name!]
    return value === true ? [`--${flag}`] : typeof value === 'string' ? [`--${flag}`, value] : []
  })
