// `npm run check`, which is what CI runs: types, lint, the Data App, tests, architecture rules, the OpenAPI document, in this order.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { requireNode } from '../local/require-node.mjs'
import { runPytest } from './python.mjs'
import { addSum, runTests, sumLine } from './run.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const rules = ['test/architecture.test.ts', 'test/repository.test.ts']
const document = ['test/api/openapi.test.ts']

const sum = { passed: 0, failed: 0, skipped: 0 }

const steps = [
  ['Types', () => succeeds('node_modules/.bin/tsc', '-p', '.') && succeeds('node_modules/.bin/tsc', '-p', 'app')],
  ['Lint and format', () => succeeds('node_modules/.bin/biome', 'check', '.')],
  ['Data App', () => succeeds(process.execPath, 'app/build.ts')],
  ['Tests', () => passes({ exclude: [...rules, ...document] })],
  ['Python client', () => counts(runPytest())],
  ['Architecture rules', () => passes({ filters: rules })],
  ['OpenAPI document', () => passes({ filters: document })],
]

if (requireNode('npm run check')) {
  for (const [name, run] of steps) {
    process.stdout.write(`\n== ${name}\n`)
    if (await run()) continue
    process.stdout.write(`\nThe check stopped at: ${name}.\n`)
    process.exitCode = 1
    break
  }
  process.stdout.write(`\n${sumLine(sum)}\n`)
}

function succeeds(program, ...args) {
  return spawnSync(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
}

async function passes(which) {
  return counts(await runTests(which))
}

function counts(more) {
  addSum(sum, more)
  return more.failed === 0 && more.passed + more.skipped > 0
}
