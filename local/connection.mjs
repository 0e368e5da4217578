// `connection new` and `connection check`. Plain JavaScript, so that a Node which is too old for the rest can still say so.
import { requireNode } from './require-node.mjs'

if (requireNode('headgate connection')) {
  const { main } = await import('./connections/main.ts')
  process.exitCode = await main(process.argv.slice(2), process.env)
}
