import type { Emulator } from './emulator.ts'
import { findProgram, startServer } from './process.ts'

const program = process.env.HEADGATE_MOTO ?? findProgram('moto_server')

/** moto's server: S3, SSM, KMS and DynamoDB. Its deviations from AWS are in docs/emulators.md. */
export const moto: Emulator = {
  name: 'moto',
  missing:
    program === undefined
      ? "moto_server is not on PATH (pip install 'moto[server]==5.2.1', or set HEADGATE_MOTO)"
      : undefined,
  start: () => startServer(program!, (port) => ['-H', '127.0.0.1', '-p', String(port)]),
}
