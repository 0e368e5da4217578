import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { root } from '../../support/code.ts'

const bundle = async (contents: string) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: join(root, 'clients/typescript'), loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
  })
  return { bytes: gzipSync(outputFiles[0]!.contents, { level: 9 }).byteLength, inputs: Object.keys(metafile.inputs) }
}

describe('the bundle of the TypeScript client', () => {
  it('has at most 12 KiB, gzipped, with everything in it', async () => {
    const { bytes } = await bundle("export * from './index.ts'")
    expect(bytes).toBeLessThan(12 * 1024)
  })

  it('holds nothing but the client: no dependency, nothing of the server, nothing of Node', async () => {
    const { inputs } = await bundle("export * from './index.ts'")
    expect(inputs.filter((path) => !/(^|\/)clients\/typescript\/|^<stdin>$/.test(path))).toEqual([])
  })
})
