/** A real PostgreSQL in a folder: what `npm start` shows and what the tests read. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { installPostgres, placeFor, program, serverAccount } from './embedded-postgres-files.ts'
import { freeDataFolder, writeOwner } from './embedded-postgres-owner.ts'

export interface EmbeddedPostgres {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Ends the server by a fast shutdown: sessions are cut, data is kept. May be called twice. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** For the program and the data alone. What it holds is found again at the next start. */
  readonly folder: string
  /** A free one when absent. */
  readonly port?: number | undefined
  /** The superuser. User and password of the first start stay those of the folder. */
  readonly user: string
  readonly password: string
  /** Aborting stops the server, or the start of it. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Starts the server, making its data folder at the first start, and answers when it takes logins.
 * It listens on loopback alone and ends with this process, however this process ends.
 */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { user, password, signal } = options
  const folder = await placeFor(options.folder)
  const native = await installPostgres(folder)
  await makeData(folder, native, user, password)
  await freeDataFolder(folder)
  signal?.throwIfAborted()
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    const started = await launch(folder, native, port)
    if (started instanceof Error) {
      // Another process may have taken the free port since it was found.
      if (options.port === undefined && attempt < 5) continue
      throw started
    }
    let stopped: Promise<void> | undefined
    const stop = () => {
      stopped ??= started.stop()
      return stopped
    }
    signal?.addEventListener('abort', () => void stop(), { once: true })
    if (signal?.aborted) {
      await stop()
      signal.throwIfAborted()
    }
    return { host: '127.0.0.1', port, user, password, database: 'postgres', stop }
  }
}

/** The data folder, made whole or not at all. */
async function makeData(folder: string, native: string, user: string, password: string): Promise<void> {
  const account = serverAccount()
  const data = join(folder, 'data')
  if (existsSync(join(data, 'PG_VERSION'))) return
  const fresh = join(folder, 'data.new')
  const secret = join(folder, 'password')
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { mode: 0o700 })
  await writeFile(secret, `${password}\n`, { mode: 0o600 })
  if (account) for (const path of [fresh, secret]) await chown(path, account.uid, account.gid)
  try {
    const args = ['-D', fresh, '-U', user, `--pwfile=${secret}`, '--auth=scram-sha-256', '--encoding=UTF8']
    args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-sync', '--no-instructions')
    const child = spawn(program(native, 'initdb'), args, {
      ...account,
      cwd: folder,
      env: plainEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const said = collect(child)
    const [code] = await once(child, 'close')
    if (code !== 0) throw new Error(`initdb ended with ${code}: ${said()}`)
  } finally {
    await rm(secret, { force: true })
  }
  await rename(fresh, data)
}

/** The running server, or why it did not start. */
async function launch(folder: string, native: string, port: number): Promise<{ stop(): Promise<void> } | Error> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    // Small shared memory in containers must not fail a parallel query.
    dynamic_shared_memory_type: 'mmap',
    synchronous_commit: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    lc_messages: 'C',
    logging_collector: 'off',
  }
  const args = ['-D', join(folder, 'data'), ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])]
  const child = spawn(program(native, 'postgres'), args, {
    ...serverAccount(),
    cwd: folder,
    env: plainEnvironment(),
    // A group of its own: Ctrl-C in a terminal reaches who started it, and that one decides.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said = collect(child)
  const ended = once(child, 'close')
  const ready = new Promise<boolean>((resolve) => {
    createInterface({ input: child.stderr! }).on('line', (line) => {
      if (line.includes('database system is ready to accept connections')) resolve(true)
    })
    void ended.then(() => resolve(false))
  })
  const guard = guardAgainstOrphans(child)
  if (!(await ready)) {
    guard.release()
    return new Error(`PostgreSQL did not start on port ${port}: ${said()}`)
  }
  await writeOwner(folder)
  child.unref()
  unrefStream(child.stderr)
  return {
    async stop() {
      child.ref()
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT')
      await ended
      guard.release()
    },
  }
}

/**
 * Ends the server when this process ends, a SIGKILL included: a small shell waits for the end of a pipe that only
 * this process holds open, then asks the server for a fast shutdown.
 */
function guardAgainstOrphans(server: ChildProcess): { release(): void } {
  const endServer = () => void server.kill('SIGINT')
  process.once('exit', endServer)
  const watcher =
    process.platform === 'win32'
      ? undefined
      : spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'sh', String(server.pid)], {
          stdio: ['pipe', 'ignore', 'ignore'],
          detached: true,
        })
  watcher?.unref()
  unrefStream(watcher?.stdin)
  const release = () => {
    process.off('exit', endServer)
    watcher?.kill('SIGKILL')
  }
  // A number that a later process may get must not be signalled.
  server.once('exit', release)
  return { release }
}

/** A server left running must not keep this process from ending. The pipes of a child are sockets underneath. */
const unrefStream = (pipe: unknown): unknown => (pipe as Socket | undefined)?.unref()

/** The last lines that a child wrote to its standard error. */
function collect(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-4000)
  })
  child.once('error', (error) => {
    text += error.message
  })
  return () => text.trim()
}

/** Without the variables by which a user's own PostgreSQL is found. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', SystemRoot: process.env.SystemRoot, TMP: process.env.TMP }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('There is no free port.')
  return address.port
}
