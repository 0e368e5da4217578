import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './code.ts'
import { findProgram } from './process.ts'

export const program = join(root, 'cli/headgate.mjs')

export interface CliOptions {
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Told of the process once it has started. */
  readonly onStart?: (child: ChildProcess) => void
}

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly bytes: Buffer
  readonly err: string
}

/** Where the program is run: a home of its own, and nothing of this process' settings. */
export async function cliHome(settings: Readonly<Record<string, string>> = {}) {
  const home = await mkdtemp(join(tmpdir(), 'headgate-cli-'))
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(HEADGATE_|XDG_|NO_COLOR|FORCE_COLOR|CI$|TERM$)/.test(name)),
  )
  const base = { ...inherited, HOME: home, TERM: 'xterm', ...settings }

  async function run(args: readonly string[], { input, env, cwd = home, onStart }: CliOptions = {}): Promise<Ran> {
    const child = spawn(process.execPath, [program, ...args], { cwd, env: { ...base, ...env } })
    onStart?.(child)
    child.stdin.on('error', () => {}).end(input ?? '')
    return collect(child)
  }

  /** On a pseudo-terminal: what a person would see, output and errors together. `keys` are typed at once. */
  async function onTerminal(args: readonly string[], { keys = '', env = {} }: { keys?: string; env?: object } = {}) {
    const line = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
    const child = spawn('script', ['-qec', `stty cols 100 rows 30; ${line}`, '/dev/null'], {
      cwd: home,
      env: { ...base, ...env },
    })
    child.stdin.write(keys)
    const { code, out } = await collect(child)
    return { code, out: out.replaceAll('\r\n', '\n') }
  }

  return { home, run, onTerminal, remove: () => rm(home, { recursive: true, force: true }) }
}

async function collect(child: ChildProcess): Promise<Ran> {
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout!.on('data', (chunk) => out.push(chunk))
  child.stderr!.on('data', (chunk) => err.push(chunk))
  await once(child, 'close')
  const bytes = Buffer.concat(out)
  return { code: child.exitCode, bytes, out: bytes.toString(), err: Buffer.concat(err).toString() }
}

/** Why there is no pseudo-terminal; undefined where there is one. */
export const noTerminal =
  process.platform === 'linux' && findProgram('script') !== undefined
    ? undefined
    : 'there is no util-linux `script` here'
