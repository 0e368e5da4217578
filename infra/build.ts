import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'
import { buildConnections, writeConnections } from './build-connections.ts'
import { fileOf, functionIds, needsOf } from './handlers.ts'
import { details, jsonSchema, opening } from './left-out.ts'
import { connectionsFolder, functionsFolder, hostingFolder, root } from './root.ts'

/**
 * Builds every function, so that what they share is there once. Source maps lie beside the code, for reading stacks from
 * logs, and are not deployed.
 */
export async function buildFunctions(outdir = functionsFolder): Promise<Metafile> {
  rmSync(outdir, { recursive: true, force: true })
  const alike = Map.groupBy(functionIds, useOf)
  const passes = await Promise.all([
    ...[...alike].map(([use, ids]) => pass(ids.map(entryOf), outdir, without[use])),
    pass([encodingWorker], outdir),
  ])
  return {
    inputs: Object.assign({}, ...passes.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, ...passes.map(({ outputs }) => outputs)),
  }
}

export interface HostingOptions {
  readonly outdir?: string
  /** The build of the Data App. */
  readonly app?: string
  /** A page that says that there is no app takes its place where it is not built. */
  readonly placeholder?: boolean
}

/** Builds the function that puts the Data App into its bucket, and lays the files of the app beside it. */
export async function buildHosting({
  outdir = hostingFolder,
  app = join(root, 'dist/app'),
  placeholder = false,
}: HostingOptions = {}): Promise<void> {
  const isBuilt = existsSync(join(app, 'index.html'))
  if (!isBuilt && !placeholder)
    throw new Error(
      'The Data App is not built: run `npm run build:app`, or deploy without it by `-c placeholder=true`.',
    )
  rmSync(outdir, { recursive: true, force: true })
  await pass([['deploy-app', 'functions/deploy-app.ts']], outdir)
  if (isBuilt) cpSync(app, join(outdir, 'app'), { recursive: true })
  else {
    mkdirSync(join(outdir, 'app'))
    writeFileSync(join(outdir, 'app/index.html'), '<!doctype html><title>Headgate</title><p>The API is at /v1.</p>\n')
  }
}

type Entry = readonly [name: string, file: string]

const entryOf = (id: string): Entry => [fileOf(id), `functions/${fileOf(id)}.ts`]

const encodingWorker: Entry = ['encoding-worker', 'shared/formats/groups/worker.ts']

/**
 * A shared file holds what any function of its pass uses of it. Functions of the catalog alone, those that take sessions of
 * an owner, the one that writes schemas, those that know kinds beside other needs, and all others are therefore built apart,
 * or they would load parts of libraries that they never run.
 */
function useOf(id: string): 'catalog' | 'own' | 'schemas' | 'kinds' | 'more' {
  if (id === 'listKinds') return 'schemas'
  const needs = Object.entries(needsOf[id]!)
  if (needs.some(([, access]) => access.endsWith('Own'))) return 'own'
  if (needs.every(([port, access]) => port === 'catalog' || access === 'know')) return 'catalog'
  return needsOf[id]!.sources === 'know' ? 'kinds' : 'more'
}

async function pass(entries: readonly Entry[], outdir: string, leftOut: readonly Plugin[] = []): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(entries),
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: 'external',
    legalComments: 'none',
    metafile: true,
    // Native parts of ssh2, which does without them.
    external: ['cpu-features', '*.node'],
    plugins: [builtins, credentials, details, ...leftOut],
    banner: { js: commonJsNames },
    logLevel: 'warning',
  })
  return metafile
}

/**
 * Node's own modules by `process.getBuiltinModule`: an `import` of one reads every export, and those of `node:http`
 * load an HTTP client and a WebSocket that nobody here uses.
 */
const builtins: Plugin = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?[a-z]/ }, ({ path }) =>
      isBuiltin(path) ? { path: path.replace(/^node:/, ''), namespace: 'builtin', sideEffects: false } : undefined,
    )
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(`node:${path}`)})`,
      loader: 'js',
    }))
  },
}

/** What is left out of each group: none of it runs any of that. */
const without: Readonly<Record<ReturnType<typeof useOf>, readonly Plugin[]>> = {
  catalog: [opening, jsonSchema],
  own: [jsonSchema],
  schemas: [opening],
  kinds: [opening, jsonSchema],
  more: [jsonSchema],
}

/** Lambda gives credentials in the environment alone: the other places that the SDK would look in are left out. */
const credentials: Plugin = {
  name: 'credentials',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ path, resolveDir }) => ({
      path,
      namespace: 'credentials',
      pluginData: resolveDir,
    }))
    onLoad({ filter: /./, namespace: 'credentials' }, ({ pluginData }) => ({
      contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'`,
      resolveDir: pluginData,
    }))
  },
}

/** What libraries written for CommonJS expect to find. */
const commonJsNames =
  'const require=process.getBuiltinModule("node:module").createRequire(import.meta.url),' +
  '__filename=import.meta.filename,__dirname=import.meta.dirname;'

/** Everything that is deployed: the functions, those of the folder `connections`, and the Data App. */
export async function buildAll({ placeholder }: Pick<HostingOptions, 'placeholder'>): Promise<void> {
  await Promise.all([buildFunctions(), buildHosting({ placeholder: placeholder ?? false })])
  writeConnections(functionsFolder, await buildConnections({ outdir: connectionsFolder }))
}

if (import.meta.main) await buildAll({ placeholder: process.argv.includes('--placeholder') })
