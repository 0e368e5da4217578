import { rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'
import { fileOf, functionIds } from './handlers.ts'

const root = join(import.meta.dirname, '..')

/** Where the built functions are: the code of every Lambda. */
export const dist = join(root, 'dist')

/**
 * Builds every function in one pass, so that what they share is there once. Source maps lie beside the code, for
 * reading stacks from logs, and are not deployed.
 */
export async function buildFunctions(outdir = dist): Promise<Metafile> {
  rmSync(outdir, { recursive: true, force: true })
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      ...Object.fromEntries(functionIds.map((id) => [fileOf(id), `functions/${fileOf(id)}.ts`])),
      'parquet-worker': 'shared/formats/parquet/worker.ts',
    },
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
    plugins: [builtins, credentials],
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

if (import.meta.main) await buildFunctions()
