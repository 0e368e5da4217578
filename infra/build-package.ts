import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from './root.ts'

/**
 * Builds what `headgate/cdk` is for the apps of others: JavaScript, for Node runs no TypeScript out of `node_modules`, and
 * its types. The built functions and the Data App lie beside it.
 */
export async function buildPackage(outdir = join(root, 'dist/cdk')): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { index: 'infra/index.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  })
  const tsc = join(root, 'node_modules/.bin/tsc')
  const { status, stdout } = spawnSync(tsc, ['-p', 'infra/tsconfig.package.json', '--outDir', join(outdir, 'types')], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`The types cannot be written:\n${stdout}`)
}

if (import.meta.main) await buildPackage()
