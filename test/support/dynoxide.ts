import { createRequire } from 'node:module'
import type { Emulator } from './emulator.ts'
import { isProgram, startServer } from './process.ts'

const program = find()

/** Dynoxide: DynamoDB in one process, in memory. Its deviations from AWS are in docs/emulators.md. */
export const dynoxide: Emulator = {
  name: 'dynoxide',
  missing: program === undefined ? `npm brought no dynoxide for ${process.platform}-${process.arch}` : undefined,
  start: () => startServer(program!, (port) => ['--host', '127.0.0.1', '--port', String(port)]),
}

function find(): string | undefined {
  try {
    const file = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide')
    return isProgram(file) ? file : undefined
  } catch {
    return undefined
  }
}
