import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { closedPort } from './closed-port.ts'
import { findProgram, greeted, isProgram } from './process.ts'
import { newKeyPair } from './sftp-server.ts'

const program = ['/usr/sbin/sshd', findProgram('sshd') ?? ''].find((path) => path !== '' && isProgram(path))

/** Why tests with OpenSSH are skipped; undefined where it can be started. */
export const opensshMissing =
  program === undefined ? 'sshd is not installed (apt-get install openssh-server)' : undefined

export interface OpenSsh {
  readonly port: number
  readonly user: string
  /** The key that lets the user in. */
  readonly privateKey: string
  /** The host's key, as known_hosts has it without the host. */
  readonly hostKey: string
}

/** sshd with its SFTP, without `writes` the reading half, for who runs the tests, ended after the tests of the file. */
export async function startOpenSsh({ writes = false } = {}): Promise<OpenSsh> {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-sshd-'))
  const at = (name: string) => join(folder, name)
  const host = newKeyPair()
  const client = newKeyPair()
  const port = await closedPort()
  writeFileSync(at('host'), host.private, { mode: 0o600 })
  writeFileSync(at('authorized'), client.public)
  chmodSync(at('authorized'), 0o600)
  writeFileSync(
    at('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host')}`,
      `AuthorizedKeysFile ${at('authorized')}`,
      `PidFile ${at('pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      `Subsystem sftp internal-sftp${writes ? '' : ' -R'}`,
      `ForceCommand internal-sftp${writes ? '' : ' -R'}`,
    ].join('\n'),
  )
  // Where sshd puts processes without rights, when it is started by root.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const child = spawn(program!, ['-D', '-e', '-f', at('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  afterAll(() => {
    child.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  })
  await greeted(child, port, () => said)
  return { port, user: userInfo().username, privateKey: client.private, hostKey: host.public }
}
