import { spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { closedPort } from './closed-port.ts'
import { findProgram, greeted, isProgram } from './process.ts'

const program = ['/usr/sbin/vsftpd', findProgram('vsftpd') ?? ''].find((path) => path !== '' && isProgram(path))
const isRoot = process.getuid?.() === 0

/** Why tests with vsftpd are skipped; undefined where it can be started. */
export const vsftpdMissing =
  program === undefined
    ? 'vsftpd is not installed (apt-get install vsftpd)'
    : isRoot
      ? undefined
      : 'vsftpd serves another user only when it is started by root'

/**
 * vsftpd for anonymous readers on the files of a folder, ended after the tests of the file. `writes`: they may write too, in
 * what anybody may write to.
 */
export async function startVsftpd(
  root: string,
  tls?: { readonly key: string; readonly cert: string },
  { writes = false } = {},
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-vsftpd-'))
  chmodSync(root, 0o555)
  const port = await closedPort()
  const at = (name: string) => join(folder, name)
  if (tls) {
    writeFileSync(at('cert.pem'), tls.cert)
    writeFileSync(at('key.pem'), tls.key, { mode: 0o600 })
  }
  const settings = {
    listen: 'YES',
    listen_address: '127.0.0.1',
    listen_port: port,
    background: 'NO',
    anonymous_enable: 'YES',
    no_anon_password: 'NO',
    local_enable: 'NO',
    write_enable: writes ? 'YES' : 'NO',
    ...(writes && {
      anon_upload_enable: 'YES',
      anon_other_write_enable: 'YES',
      anon_umask: '022',
    }),
    anon_root: root,
    ftp_username: 'ftp',
    secure_chroot_dir: at('empty'),
    pasv_address: '127.0.0.1',
    seccomp_sandbox: 'NO',
    xferlog_enable: 'NO',
    ...(tls && {
      ssl_enable: 'YES',
      allow_anon_ssl: 'YES',
      force_anon_logins_ssl: 'YES',
      force_anon_data_ssl: 'YES',
      require_ssl_reuse: 'YES',
      ssl_ciphers: 'HIGH',
      rsa_cert_file: at('cert.pem'),
      rsa_private_key_file: at('key.pem'),
    }),
  }
  writeFileSync(
    at('vsftpd.conf'),
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
  chownSync(at('vsftpd.conf'), 0, 0)
  mkdirSync(at('empty'), { mode: 0o555 })
  const child = spawn(program!, [at('vsftpd.conf')], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk
    })
  afterAll(async () => {
    child.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  })
  await greeted(child, port, () => said)
  return port
}
