// The tests of the Python client, by pytest, where HEADGATE_PYTHON names a Python that has what they need.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const client = fileURLToPath(new URL('../clients/python', import.meta.url))
const packages = 'pytest mypy pandas polars pyarrow fsspec duckdb tqdm boto3 moto.server hatchling pip'.split(' ')

/** Runs them and answers how many passed, failed and were skipped; without such a Python one skip, and says why. */
export function runPytest(python = process.env.HEADGATE_PYTHON) {
  const reason = whyNot(python)
  if (reason !== undefined) {
    process.stdout.write(`\nSkipped, ${reason}:\n  clients/python: all tests\n`)
    return { passed: 0, failed: 0, skipped: 1 }
  }
  const folder = mkdtempSync(join(tmpdir(), 'headgate-pytest-'))
  try {
    const report = join(folder, 'report.xml')
    const args = ['-m', 'pytest', '-q', '-rs', `--junitxml=${report}`]
    const { status } = spawnSync(python, args, { cwd: client, stdio: ['ignore', 'inherit', 'inherit'] })
    const sum = readReport(report)
    if (status !== 0 && sum.failed === 0) sum.failed = 1
    return sum
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function whyNot(python) {
  if (!python) return 'HEADGATE_PYTHON names no Python (clients/python/requirements-test.txt lists what it must have)'
  const { status } = spawnSync(python, ['-c', `import ${packages.join(', ')}`], { stdio: 'ignore' })
  return status === 0 ? undefined : `HEADGATE_PYTHON lacks a package of clients/python/requirements-test.txt`
}

function readReport(path) {
  try {
    const suite = /<testsuite\s[^>]*>/.exec(readFileSync(path, 'utf8'))?.[0] ?? ''
    const number = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0)
    const [failed, skipped] = [number('failures') + number('errors'), number('skipped')]
    return { passed: number('tests') - failed - skipped, failed, skipped }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
