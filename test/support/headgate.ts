import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './code.ts'

export interface Start {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Started as `npm start`, in a process group of its own. */
  readonly npm?: boolean
}

export interface Headgate {
  readonly child: ChildProcess
  /** What it has printed so far. */
  said(): { readonly out: string; readonly err: string }
  /** Waits for the ready line; throws what was said where it ends before. */
  ready(): Promise<{ readonly origin: string; readonly token: string; readonly commands: readonly string[] }>
  /** Waits for its end. */
  ended(): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>
}

/** Starts Headgate as a user does, with nothing of this process' own settings. */
export function startHeadgate({ args = [], env = {}, npm = false }: Start): Headgate {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HEADGATE_')))
  const [program, words] = npm
    ? ['npm', ['start', '--silent', '--', ...args]]
    : [process.execPath, ['local/headgate.mjs', ...args]]
  const child = spawn(program, words, {
    cwd: root,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: npm,
  })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.err += text
  })
  const closed = once(child, 'close')
  return {
    child,
    said: () => ({ ...said }),
    async ready() {
      while (!said.out.includes('\nTry it')) {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`Headgate ended: ${said.out}${said.err}`)
        await sleep(50)
      }
      return {
        origin: /^Headgate is ready at (\S+)$/m.exec(said.out)![1]!,
        token: /#token=(\S+)$/m.exec(said.out)![1]!,
        commands: [...said.out.matchAll(/^ {2}(curl .*)$/gm)].map(([, line]) => line!),
      }
    },
    async ended() {
      await closed
      return { code: child.exitCode, ...said }
    },
  }
}

/** A folder of this test's own that the demo's database may pass through; `remove` it in the end. */
export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'headgate-start-'))
  await chmod(path, 0o755)
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** A process and everything that descends from it, by id (Linux alone). */
export async function familyOf(pid: number): Promise<readonly number[]> {
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc'))
    if (/^\d+$/.test(name)) {
      const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    }
  const family = [pid]
  for (const each of family)
    for (const [child, parent] of parents) if (parent === each && !family.includes(child)) family.push(child)
  return family
}

/** Which of these processes are alive, once they have had a few seconds to end. */
export async function survivors(pids: readonly number[]): Promise<readonly number[]> {
  const alive = async () => {
    const found: number[] = []
    for (const pid of pids) {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      if (stat !== '' && !/\) Z /.test(stat)) found.push(pid)
    }
    return found
  }
  for (let tries = 0; tries < 100 && (await alive()).length > 0; tries++) await sleep(50)
  return alive()
}
