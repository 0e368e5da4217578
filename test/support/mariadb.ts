import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Connection, createConnection } from 'mysql2/promise'
import { afterAll, vi } from 'vitest'
import type { Login } from './postgres.ts'

export interface TestMariadb {
  readonly host: '127.0.0.1'
  readonly port: number
  /** What the server keeps; it may read and write there. */
  readonly folder: string
  readonly database: 'warehouse'
  /** May do anything. */
  readonly superuser: Login
  /** May read, write and create in the database warehouse. */
  readonly writer: Login
  /** May read the databases warehouse and extra, and nothing else. */
  readonly reader: Login
  /** As the superuser; several statements at once are fine: the rows of the last. Everything comes as text. */
  sql(text: string): Promise<readonly (readonly (string | null)[])[]>
  /** Starts it again with these options besides. */
  restart(options: readonly string[]): Promise<void>
}

/** Why there is no server to test with; undefined where there is one. */
export const mariadbMissing: string | undefined = ((): string | undefined => {
  try {
    execFileSync('mariadbd', ['--version'], { stdio: 'ignore', env: environment() })
    return undefined
  } catch {
    return 'mariadbd is not installed: apt-get install mariadb-server-core'
  }
})()

/** A MariaDB of a test file's own, ended and removed after its last test. Call it at the top of the file. */
export async function testMariadb(options: readonly string[] = []): Promise<TestMariadb> {
  // A guard against hanging, not a measure: other work may share the machine.
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
  const superuser = { user: 'root', password: 'super-pässword-6f1d' }
  const writer = { user: 'writer', password: 'writer-pässword-9a27' }
  const reader = { user: 'reader', password: 'reader-pässword-c03e' }
  const folder = await mkdtemp(join(tmpdir(), 'headgate-test-'))
  const server = await startMariadb(folder, superuser, options)
  const admin = async () =>
    createConnection({
      host: '127.0.0.1',
      port: server.port,
      ...superuser,
      database: 'warehouse',
      multipleStatements: true,
      rowsAsArray: true,
      charset: 'utf8mb4',
      typeCast: (field) => field.string(),
    })
  let connection: Connection = await admin()
  afterAll(async () => {
    await connection.end()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })
  await connection.query(`
    CREATE DATABASE extra; CREATE DATABASE closed;
    CREATE USER writer@'%' IDENTIFIED BY '${writer.password}'; CREATE USER reader@'%' IDENTIFIED BY '${reader.password}';
    GRANT ALL ON warehouse.* TO writer@'%'; GRANT SELECT ON warehouse.* TO reader@'%'; GRANT SELECT ON extra.* TO reader@'%'`)
  return {
    host: '127.0.0.1',
    port: server.port,
    folder,
    database: 'warehouse',
    superuser,
    writer,
    reader,
    async sql(text) {
      const [rows] = await connection.query(text)
      if (!Array.isArray(rows)) return []
      const sets = rows as unknown[]
      const last = Array.isArray(sets.at(-1)) && Array.isArray((sets.at(-1) as unknown[])[0]) ? sets.at(-1) : sets
      return (Array.isArray(last) ? last : []) as (string | null)[][]
    },
    async restart(more) {
      await connection.end()
      await server.restart([...options, ...more])
      connection = await admin()
    },
  }
}

export interface StartedMariadb {
  readonly port: number
  restart(options: readonly string[]): Promise<void>
  stop(): Promise<void>
}

/** A server on loopback alone that keeps its data in a folder, with a database `warehouse`. */
export async function startMariadb(
  folder: string,
  superuser: Login,
  options: readonly string[],
): Promise<StartedMariadb> {
  // The server refuses to run as root.
  const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined
  const data = join(folder, 'data')
  if (account) await chown(folder, account.uid, account.gid)
  const at = { ...account, cwd: folder, env: environment() }
  const install = spawn(
    'mariadb-install-db',
    ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    { ...at, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const said = collect(install)
  const [code] = await once(install, 'close')
  if (code !== 0) throw new Error(`mariadb-install-db ended with ${code}: ${said()}`)
  // One statement a line: the server silently loses a second one.
  const init = join(folder, 'init.sql')
  const { user, password } = superuser
  await writeFile(
    init,
    [
      `CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED BY '${password}';`,
      `GRANT ALL ON *.* TO '${user}'@'%' WITH GRANT OPTION;`,
      "DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> '%');",
      'FLUSH PRIVILEGES;',
      'CREATE DATABASE IF NOT EXISTS warehouse CHARACTER SET utf8mb4;',
      '',
    ].join('\n'),
  )
  const port = await freePort()
  let child: ChildProcess
  const launch = async (more: readonly string[]) => {
    child = spawn(
      'mariadbd',
      [
        ...['--no-defaults', `--datadir=${data}`, `--tmpdir=${folder}`, `--socket=${join(folder, 's')}`],
        ...[`--pid-file=${join(folder, 'pid')}`, '--bind-address=127.0.0.1', `--port=${port}`, '--skip-name-resolve'],
        ...['--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=64M', '--innodb-log-file-size=32M'],
        ...['--character-set-server=utf8mb4', '--secure-file-priv=', `--init-file=${init}`, ...more],
      ],
      { ...at, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const output = collect(child)
    for (let tries = 0; !/ready for connections/.test(output()); tries++) {
      if (child.exitCode !== null || tries > 3000) throw new Error(`mariadbd did not start: ${output()}`)
      await new Promise((go) => setTimeout(go, 10))
    }
  }
  const stop = async () => {
    if (child.exitCode !== null) return
    const closed = once(child, 'close')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await closed
    clearTimeout(timer)
  }
  await launch(options)
  return {
    port,
    stop,
    async restart(more) {
      await stop()
      await launch(more)
    },
  }
}

function collect(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-20_000)
    })
  return () => text
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { port: number }
  listener.close()
  await once(listener, 'close')
  return port
}

/** Debian keeps servers where only root's PATH leads. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: `${process.env.PATH}:/usr/sbin:/usr/bin:/sbin`, LC_ALL: 'C' }
}
