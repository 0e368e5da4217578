import type { Run } from '../command.ts'
import { localProgram } from './local-program.ts'

export const dev: Run = ({ signal }, args) =>
  localProgram(
    'headgate.mjs',
    args.filter((arg) => arg !== undefined),
    signal,
  )
