import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Runs a program of this package in a process which this one stands for: its output, its signals, its exit code. */
export async function localProgram(file: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const program = fileURLToPath(new URL(`../../local/${file}`, import.meta.url))
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' })
  // Ctrl-C reaches it by the terminal; what only this process is told is passed on.
  signal.addEventListener('abort', () => child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('exit', resolve))
  if (code !== 0 && !signal.aborted) throw Object.assign(new Error('It ended by itself.'), { exitCode: code ?? 1 })
}
