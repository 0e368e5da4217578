import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The least Node that runs this project's TypeScript as it is. */
const least = 24

/** Whether this Node will do. Where not, says what to do and sets the exit code to 1. */
export function requireNode(command, version = process.versions.node) {
  if (Number.parseInt(version, 10) >= least) return true
  const brought = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
  const what = existsSync(brought)
    ? `The project brought its own: start with \`${command}\`, which runs on it.`
    : process.platform === 'linux' && process.arch === 'x64'
      ? `Run \`npm ci\`, which brings Node ${least}, and then \`${command}\`.`
      : `Install Node ${least} or newer (https://nodejs.org) and run \`${command}\` again.`
  process.stderr.write(`Headgate needs Node ${least} or newer; this is Node ${version}.\n${what}\n`)
  process.exitCode = 1
  return false
}
