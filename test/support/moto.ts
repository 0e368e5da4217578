import { findProgram, type Running, startServer } from './process.ts'

/** moto's server: S3, SSM, KMS and DynamoDB. Its deviations from AWS are in docs/emulators.md. */
export const moto: {
  readonly program: string | undefined
  /** Why tests with it are skipped; undefined where it is there. */
  readonly missing: string | undefined
  start(): Promise<Running>
} = (() => {
  const program = process.env.HEADGATE_MOTO ?? findProgram('moto_server')
  return {
    program,
    missing:
      program === undefined
        ? "moto_server is not on PATH (pip install 'moto[server]==5.2.1', or HEADGATE_MOTO)"
        : undefined,
    start: () => startServer(program!, (port) => ['-H', '127.0.0.1', '-p', String(port)]),
  }
})()
