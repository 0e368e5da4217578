// `npm test`: runs every test with what is there, says which were skipped and why, and ends with the sum.
import { fileURLToPath } from 'node:url'
import { requireNode } from '../local/require-node.mjs'
import { runPytest } from './python.mjs'

/**
 * Runs the tests whose file names hold one of `filters` (all without one) and are not of `exclude`.
 * Answers how many passed, failed and were skipped; what vitest could not even run counts as failed.
 */
export async function runTests({ filters = [], exclude = [] } = {}) {
  const { startVitest } = await import('vitest/node')
  const sum = { passed: 0, failed: 0, skipped: 0 }
  const reasons = new Map()
  const count = {
    onTestRunEnd(modules, errors) {
      sum.failed += errors.length
      for (const module of modules) {
        const tests = [...module.children.allTests()]
        if (tests.length === 0 || module.errors().length > 0) sum.failed += 1
        for (const test of tests) {
          const { state, note } = test.result()
          sum[state === 'pending' ? 'failed' : state] += 1
          if (state === 'skipped') {
            const reason = note ?? reasonInName(test.fullName) ?? 'its suite did not get that far'
            reasons.set(reason, [...(reasons.get(reason) ?? []), `${module.relativeModuleId}: ${test.fullName}`])
          }
        }
      }
    },
  }
  const vitest = await startVitest(filters, {
    watch: false,
    root: fileURLToPath(new URL('..', import.meta.url)),
    reporters: ['default', count],
    ...(exclude.length > 0 && { exclude: [...exclude, '**/node_modules/**'] }),
  })
  await vitest.close()
  for (const [reason, tests] of reasons) {
    process.stdout.write(`\nSkipped, ${reason}:\n`)
    for (const test of tests) process.stdout.write(`  ${test}\n`)
  }
  return sum
}

const reasonInName = (name) => /\((skipped[^)]*(?:\([^)]*\)[^)]*)*)\)/.exec(name)?.[1]?.replace(/^skipped:? /, '')

/** Adds what another runner counted. */
export function addSum(sum, more) {
  for (const name of ['passed', 'failed', 'skipped']) sum[name] += more[name]
}

export const sumLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`

if (process.argv[1] === fileURLToPath(import.meta.url) && requireNode('npm test')) {
  const filters = process.argv.slice(2)
  const sum = await runTests({ filters })
  if (filters.length === 0) addSum(sum, runPytest())
  process.stdout.write(`\n${sumLine(sum)}\n`)
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0
}
