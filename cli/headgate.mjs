#!/usr/bin/env node
// `headgate`. Plain JavaScript, so that a Node which is too old for the rest can start one that is not.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const least = 24
const at = (path) => fileURLToPath(new URL(path, import.meta.url))

if (Number.parseInt(process.versions.node, 10) >= least) {
  module.enableCompileCache(at('../node_modules/.cache/headgate'))
  const { main } = await import('./main.ts')
  await main()
} else {
  const brought = at('../node_modules/.bin/node')
  if (existsSync(brought)) {
    const child = spawn(brought, [at('headgate.mjs'), ...process.argv.slice(2)], { stdio: 'inherit' })
    // A terminal signals both; what only this one is told is passed on.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
  } else {
    process.stderr.write(`headgate needs Node ${least} or newer; this is Node ${process.versions.node}.\n`)
    process.exitCode = 1
  }
}
