import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { closedPort } from './closed-port.ts'

/** Why there is no server to test with; undefined where there is one. */
export const mariadbMissing: string | undefined = ((): string | undefined => {
  try {
    // The second is what mariadb-install-db needs, and comes with the client.
    for (const program of ['mariadbd', 'my_print_defaults'])
      execFileSync(program, ['--version'], { stdio: 'ignore', env: environment() })
    return undefined
  } catch {
    return 'mariadbd is not installed: apt-get install mariadb-server-core mariadb-client-core'
  }
})()

export interface StartedMariadb {
  readonly port: number
  restart(options: readonly string[]): Promise<void>
  stop(): Promise<void>
}

/** Makes the data of a server in a folder. */
export async function installMariadb(folder: string): Promise<void> {
  const install = spawn(
    'mariadb-install-db',
    [
      '--no-defaults',
      `--datadir=${join(folder, 'data')}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
    { ...(await placeOf(folder)), stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const said = collect(install)
  const [code] = await once(install, 'close')
  if (code !== 0) throw new Error(`mariadb-install-db ended with ${code}: ${said()}`)
}

/** A server on loopback alone that keeps its data in a folder, where it is installed, with a database `warehouse`. */
export async function startMariadb(
  folder: string,
  superuser: { readonly user: string; readonly password: string },
  options: readonly string[],
): Promise<StartedMariadb> {
  const data = join(folder, 'data')
  const at = await placeOf(folder)
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
  const port = await closedPort()
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

/** Where a server's programs run, and as whom: it refuses to run as root. */
async function placeOf(folder: string) {
  const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined
  if (account) await chown(folder, account.uid, account.gid)
  return { ...account, cwd: folder, env: environment() }
}

function collect(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-20_000)
    })
  return () => text
}

/** Debian keeps servers where only root's PATH leads. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: `${process.env.PATH}:/usr/sbin:/usr/bin:/sbin`, LC_ALL: 'C' }
}
