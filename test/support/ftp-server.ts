import { createRequire } from 'node:module'
import type { AddressInfo, Server } from 'node:net'
import type { FtpServer } from 'ftp-srv'
import { afterAll } from 'vitest'

const { FtpSrv } = createRequire(import.meta.url)('ftp-srv') as { FtpSrv: typeof FtpServer }

export const ftpLogin = { user: 'reader', password: 'pässword-6f21' }

/** An FTP server in this process on the files of a folder, ended after the tests of the file. */
export async function testFtp(
  root: string,
  tls?: { readonly key: string; readonly cert: string; readonly implicit?: boolean },
): Promise<{ readonly port: number }> {
  const server = new FtpSrv({
    url: `${tls?.implicit ? 'ftps' : 'ftp'}://127.0.0.1:0`,
    pasv_url: '127.0.0.1',
    pasv_min: 20_000,
    pasv_max: 40_000,
    log: silent,
    ...(tls && { tls: { key: tls.key, cert: tls.cert } }),
  })
  server.on('login', ({ username, password }, resolve, reject) => {
    if (username === ftpLogin.user && password === ftpLogin.password) resolve({ root })
    else reject(new Error(`No entry for ${username} with ${password}`))
  })
  server.on('client-error', () => {})
  await server.listen()
  const inner = (server as unknown as { server: Server }).server
  afterAll(async () => {
    await server.close()
  })
  return { port: (inner.address() as AddressInfo).port }
}

const silent: Record<string, unknown> = {
  ...Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, () => {}])),
  child: () => silent,
}
