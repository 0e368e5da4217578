// `npm start`. Plain JavaScript, so that a Node which is too old for the rest can still say so.
import { requireNode } from './require-node.mjs'

if (requireNode('npm start')) {
  const { main } = await import('./main.ts')
  await main()
}
