import { createRequire } from 'node:module'
import { isProgram, type Running, startServer } from './process.ts'

/** Dynoxide: DynamoDB in one process, in memory. Its deviations from AWS are in docs/emulators.md. */
export const dynoxide: {
  /** Why tests with it are skipped; undefined where it is there. */
  readonly missing: string | undefined
  start(): Promise<Running>
} = (() => {
  const program = find()
  return {
    missing: program === undefined ? `npm has no dynoxide for ${process.platform}-${process.arch}` : undefined,
    start: () => startServer(program!, (port) => ['--host', '127.0.0.1', '--port', String(port)]),
  }
})()

function find(): string | undefined {
  try {
    const file = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide')
    return isProgram(file) ? file : undefined
  } catch {
    return undefined
  }
}
