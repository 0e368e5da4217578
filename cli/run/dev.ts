import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Run } from '../command.ts'

/** Another process, which this one stands for: its output, its signals, its exit code. */
export const dev: Run = async ({ signal }, args) => {
  const program = fileURLToPath(new URL('../../local/headgate.mjs', import.meta.url))
  const child = spawn(process.execPath, [program, ...args.filter((arg) => arg !== undefined)], { stdio: 'inherit' })
  // Ctrl-C reaches it by the terminal; what only this process is told is passed on.
  signal.addEventListener('abort', () => child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('exit', resolve))
  if (code !== 0 && !signal.aborted) throw Object.assign(new Error('It ended by itself.'), { exitCode: code ?? 1 })
}
