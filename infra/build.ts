import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'
import { buildConnections, writeConnections } from './build-connections.ts'
import { fileOf, functionIds, needsOf } from './handlers.ts'
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
 * an owner, the one that writes schemas, and all others are therefore built apart, or they would load parts of libraries
 * that they never run.
 */
function useOf(id: string): 'catalog' | 'own' | 'schemas' | 'more' {
  if (id === 'listKinds') return 'schemas'
  const needs = Object.entries(needsOf[id]!)
  if (needs.some(([, access]) => access.endsWith('Own'))) return 'own'
  return needs.every(([port, access]) => port === 'catalog' || access === 'know') ? 'catalog' : 'more'
}

async function pass(entries: readonly Entry[], outdir: string, more: readonly Plugin[] = []): Promise<Metafile> {
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
    plugins: [builtins, credentials, spare, ...more],
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

/**
 * Functions that know kinds and open none: what a kind opens itself by is left out. Behind an `import()` it would not be
 * loaded, but the files that it shares with them would hold what it alone uses of the SDK.
 */
const unopened: Plugin = {
  name: 'unopened',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\./ }, ({ path, importer, kind }) =>
      kind === 'dynamic-import' && /\/connectors\/\w+\/kind\.ts$/.test(importer) && path !== './url.ts'
        ? { path, namespace: 'unopened' }
        : undefined,
    )
    onLoad({ filter: /./, namespace: 'unopened' }, () => ({ contents: 'export {}' }))
  },
}

/** What zod makes JSON Schemas by: a schema has it all at hand, though only who tells of kinds ever asks. */
const schemaless: Plugin = {
  name: 'schemaless',
  setup({ onLoad, onResolve }) {
    const whole = '?whole'
    onResolve({ filter: /\?whole$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.slice(0, -whole.length)),
      suffix: whole,
    }))
    onLoad({ filter: /\/zod\/v4\/core\/(json-schema-processors|to-json-schema)\.js$/ }, ({ path, suffix }) => {
      if (suffix === whole) return undefined
      const names = [...readFileSync(path, 'utf8').matchAll(/^export (?:const|function) (\w+)/gm)].map(
        ([, name]) => name!,
      )
      const isUnused = (name: string) => /Processor$|^create/.test(name)
      const refusal = `() => { throw new Error('This function was built without JSON Schema.') }`
      // Those that make a method are called with every schema, and the method is not.
      const unused = names
        .filter(isUnused)
        .map((name) => `export const ${name} = ${name.startsWith('create') ? '() => ' : ''}${refusal}`)
      const used = names.filter((name) => !isUnused(name))
      return {
        contents: [...unused, `export { ${used.join()} } from './${basename(path)}${whole}'`].join('\n'),
        resolveDir: dirname(path),
      }
    })
  },
}

/** Of package files the version, and nothing of the discovery of endpoints, which no command of DynamoDB's asks for. */
const spare: Plugin = {
  name: 'spare',
  setup({ onLoad }) {
    onLoad({ filter: /\/package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8'))
      return { contents: JSON.stringify({ version }), loader: 'json' }
    })
    onLoad({ filter: /\/resolveEndpointDiscoveryConfig\.js$/ }, () => ({
      contents: 'export const resolveEndpointDiscoveryConfig = (config) => config',
    }))
  },
}

const without: Readonly<Record<ReturnType<typeof useOf>, readonly Plugin[]>> = {
  catalog: [unopened, schemaless],
  own: [schemaless],
  schemas: [unopened],
  more: [schemaless],
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
