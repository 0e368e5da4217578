import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { codeFingerprint, connectionNames, languageOf } from '../shared/connectors/custom/folder.ts'
import type { DeployedConnection } from '../shared/domain/connection-run.ts'
import { connectionsFolder, root } from './root.ts'

export interface BuildConnectionsOptions {
  /** The folder of connections: one folder each. */
  readonly folder?: string
  /** A folder for each connection is made in it: the code of its function. */
  readonly outdir?: string
}

/** Lays out the function of each connection: its code as it is, what runs it, and what answers Lambda. */
export async function buildConnections({
  folder = join(root, 'connections'),
  outdir = connectionsFolder,
}: BuildConnectionsOptions = {}): Promise<readonly DeployedConnection[]> {
  rmSync(outdir, { recursive: true, force: true })
  const made: DeployedConnection[] = []
  for (const name of await connectionNames(folder)) {
    const language = languageOf(folder, name)!
    const own = join(outdir, name)
    mkdirSync(own, { recursive: true })
    cpSync(join(folder, name), join(own, 'connection'), { recursive: true, filter: (path) => !isIgnored.test(path) })
    if (language === 'python') {
      cpSync(join(root, 'functions/connections/run_connection.py'), join(own, 'run_connection.py'))
      cpSync(join(root, 'shared/connectors/custom/run-python.py'), join(own, 'run-python.py'))
    } else await bundle(own)
    made.push({ name, language, fingerprint: await codeFingerprint(folder, name), suffix: suffixOf(name) })
  }
  return made
}

/** The file of the functions' code by which they know what connections there are. */
export const connectionsFile = 'connections.json'

export const writeConnections = (folder: string, connections: readonly DeployedConnection[]): void =>
  writeFileSync(join(folder, connectionsFile), JSON.stringify(connections))

/** Environments of this machine and what Python leaves behind. */
const isIgnored = /[/\\](\.[^/\\]*|__pycache__)$/

const bundle = async (outdir: string): Promise<void> => {
  await build({
    absWorkingDir: root,
    entryPoints: {
      'run-connection': 'functions/connections/run-connection.ts',
      'run-typescript': 'shared/connectors/custom/run-typescript.ts',
    },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    banner: { js: 'const require=process.getBuiltinModule("node:module").createRequire(import.meta.url);' },
    logLevel: 'warning',
  })
}

/** The end of a function's name, which may have 64 characters in all. */
const suffixOf = (name: string): string =>
  name.length <= 24 ? name : `${name.slice(0, 15)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
