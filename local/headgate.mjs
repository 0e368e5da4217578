// `npm start`. Plain JavaScript, so that a Node which is too old for the rest can still say so.
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { requireNode } from './require-node.mjs'

if (requireNode('npm start')) {
  // From the second start on, types need not be stripped again: faster, and some 30 MB smaller.
  module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/headgate', import.meta.url)))
  const { main } = await import('./main.ts')
  await main()
}
