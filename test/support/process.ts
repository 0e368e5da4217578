import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { closedPort } from './closed-port.ts'

export interface Running {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  stop(): Promise<void>
}

/** The path of a program on PATH; undefined where it is not there. */
export function findProgram(name: string): string | undefined {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
  return candidates.find(isProgram)
}

export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Starts an HTTP server and waits until it answers anything at all. */
export async function startServer(program: string, args: (port: number) => readonly string[]): Promise<Running> {
  const port = await closedPort()
  const endpoint = `http://127.0.0.1:${port}`
  const child = spawn(program, args(port), { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-2000)
  })
  const stop = () => end(child)
  const deadline = Date.now() + 60_000
  while (!(await answers(endpoint))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error(`${program} did not start: ${said}`)
    }
    await sleep(50)
  }
  return { endpoint, stop }
}

/** Waits until a server greets who connects to it; where it ends before, throws what it `said`. */
export async function greeted(child: ChildProcess, port: number, said: () => string): Promise<void> {
  const deadline = Date.now() + 60_000
  while (child.exitCode === null && Date.now() < deadline) {
    if (await greets(port)) return
    await sleep(50)
  }
  throw new Error(`${child.spawnfile} did not start: ${said()}`)
}

const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })

const answers = (endpoint: string) =>
  fetch(endpoint).then(
    () => true,
    () => false,
  )

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
  await ended
  clearTimeout(timer)
}
