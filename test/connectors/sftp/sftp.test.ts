import { tmpdir } from 'node:os'
import ssh2 from 'ssh2'
import { describe, expect, it } from 'vitest'
import type { Config } from '../../../shared/connectors/sftp/config.ts'
import kind from '../../../shared/connectors/sftp/kind.ts'
import { checkStatus } from '../../../shared/domain/check.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { closedPort } from '../../support/closed-port.ts'
import { fileTree } from '../../support/file-tree.ts'
import { loopbackEgress } from '../../support/loopback-egress.ts'
import { newKeyPair, type SftpServerOptions, sftpLogin, testSftp } from '../../support/sftp-server.ts'

const root = await fileTree(tmpdir())
const egress = loopbackEgress()
const { signal } = new AbortController()
const configOf = (change: object): Config => kind.config.parse({ host: '127.0.0.1', user: sftpLogin.user, ...change })
const open = (config: object, credential: object = { password: sftpLogin.password }) =>
  kind.open({
    config: configOf(config),
    credential: new Secret(kind.credential.parse(credential)),
    egress,
    signal,
  })
const serve = (options?: SftpServerOptions) => testSftp(root, options)

describe('the host key of an SFTP server', () => {
  it('is pinned by the first save, and told with a warning by a check before', async () => {
    const server = await serve()
    const config = configOf({ port: server.port })
    const check = await (await open({ port: server.port })).check()
    expect(checkStatus(check)).toBe('VALID_CONNECTION')
    expect(check.warnings).toEqual([expect.stringContaining(server.fingerprint)])
    expect(await kind.pin!({ config, before: undefined, egress, signal })).toEqual({
      ...config,
      hostKey: server.fingerprint,
    })
  })

  it('stays what it was when the same server is saved again, whatever it shows by then', async () => {
    const server = await serve()
    const config = configOf({ port: server.port })
    const before = { ...config, hostKey: `SHA256:${'A'.repeat(43)}` }
    expect(await kind.pin!({ config, before, egress, signal })).toEqual(before)
    const moved = { ...before, host: 'localhost' }
    expect((await kind.pin!({ config, before: moved, egress, signal })).hostKey).toBe(server.fingerprint)
  })

  it('is left out where nobody is there to show one', async () => {
    const config = configOf({ port: await closedPort() })
    expect(await kind.pin!({ config, before: undefined, egress, signal })).toEqual(config)
  })

  it('is refused when it is another than the pinned one, before any login', async () => {
    const server = await serve()
    const connection = await open({ port: server.port, hostKey: `SHA256:${'A'.repeat(43)}` })
    const check = await connection.check()
    expect(check.stages.at(-1)).toMatchObject({ name: 'tls', ok: false })
    expect(check.stages.at(-1)!.detail).toContain(server.fingerprint)
    await expect(connection.objects.list({ prefix: '', limit: 1 })).rejects.toMatchObject({
      code: 'source-refused',
      detail: expect.stringContaining('another host key'),
    })
  })

  it('is needed to read', async () => {
    const server = await serve()
    const connection = await open({ port: server.port })
    await expect(connection.objects.describe('a b.txt')).rejects.toMatchObject({
      code: 'source-refused',
      hint: expect.stringContaining('hostKey'),
    })
  })

  it('may be a line of known_hosts', async () => {
    const hostKey = newKeyPair()
    const server = await serve({ hostKey: hostKey.private })
    const connection = await open({ port: server.port, hostKey: hostKey.public })
    expect((await connection.objects.describe('a b.txt')).size).toBe(12)
    await connection.close()
  })
})

describe('the login of an SFTP server', () => {
  it('may be a private key, with or without a passphrase', async () => {
    for (const options of [{}, { passphrase: 'pässphrase-77', cipher: 'aes256-cbc', rounds: 4 }]) {
      const pair = newKeyPair(options)
      const server = await serve({ clientKey: pair.public })
      const config = { port: server.port, hostKey: server.fingerprint }
      const credential = {
        privateKey: pair.private,
        ...('passphrase' in options && { passphrase: options.passphrase }),
      }
      const connection = await open(config, credential)
      expect((await connection.objects.describe('a b.txt')).size).toBe(12)
      await connection.close()
      if (!('passphrase' in options)) continue
      const check = await (await open(config, { privateKey: pair.private, passphrase: 'another' })).check()
      expect(checkStatus(check)).toBe('BAD_CREDENTIALS')
      expect(check.stages.at(-1)!.detail).toBe('The private key cannot be read.')
    }
  })

  it('may be asked for by keyboard', async () => {
    const server = await serve({ interactive: true })
    const connection = await open({ port: server.port, hostKey: server.fingerprint })
    expect((await connection.objects.describe('a b.txt')).size).toBe(12)
    await connection.close()
  })

  it('needs a password or a key', () => {
    expect(kind.credential.safeParse({}).success).toBe(false)
  })
})

describe('an SFTP server that does not behave', () => {
  const { STATUS_CODE: status } = ssh2.utils.sftp
  const file = { mode: 0o100644, uid: 0, gid: 0, size: 100_000, atime: 0, mtime: 0 }
  const folder = { ...file, mode: 0o040755 }
  const name = (filename: string, attrs = file) => ({ filename, longname: '', attrs: attrs as never })
  /** Answers politely, but for what `change` answers instead. */
  const rogue = (change: (sftp: ssh2.SFTPWrapper) => void) =>
    serve({
      rogue(sftp) {
        change(sftp)
        if (sftp.listenerCount('REALPATH') === 0) sftp.on('REALPATH', (id) => sftp.name(id, [name('/')]))
        if (sftp.listenerCount('STAT') === 0) sftp.on('STAT', (id) => sftp.attrs(id, file as never))
        sftp.on('OPENDIR', (id) => sftp.handle(id, Buffer.from('d')))
        sftp.on('OPEN', (id) => sftp.handle(id, Buffer.from('f')))
        sftp.on('CLOSE', (id) => sftp.status(id, status.OK))
      },
    })
  const against = async (change: (sftp: ssh2.SFTPWrapper) => void) => {
    const server = await rogue(change)
    return open({ port: server.port, hostKey: server.fingerprint })
  }
  const whole = async (connection: Awaited<ReturnType<typeof open>>) => {
    let bytes = 0
    for await (const chunk of await connection.objects.read('file')) bytes += chunk.length
    return bytes
  }

  it('cannot list names that lead elsewhere', async () => {
    for (const bad of ['../x', '/etc/passwd', 'a/b', '']) {
      let sent = false
      const connection = await against((sftp) =>
        sftp.on('READDIR', (id) => {
          if (sent) sftp.status(id, status.EOF)
          else sftp.name(id, [name('.', folder), name(bad)])
          sent = true
        }),
      )
      await expect(connection.objects.list({ prefix: '', delimiter: '/', limit: 10 }), bad).rejects.toMatchObject({
        code: 'source-failed',
      })
      await connection.close()
    }
  })

  it('cannot list for ever', async () => {
    const many = Array.from({ length: 2000 }, (_, i) => name(`file-${i}`))
    const connection = await against((sftp) => sftp.on('READDIR', (id) => sftp.name(id, many)))
    await expect(connection.objects.list({ prefix: '', limit: 1 })).rejects.toMatchObject({ code: 'too-large' })
    await connection.close()
  })

  it('cannot end a file early, nor keep it short', async () => {
    let sent = 0
    const early = await against((sftp) =>
      sftp.on('READ', (id, _handle, _offset, length) =>
        ++sent > 2 ? sftp.status(id, status.EOF) : sftp.data(id, Buffer.alloc(length)),
      ),
    )
    await expect(whole(early)).rejects.toMatchObject({ code: 'source-changed' })
    await early.close()
    const slowly = await against((sftp) =>
      sftp.on('READ', (id, _handle, _offset, length) => sftp.data(id, Buffer.alloc(Math.min(length, 10_000)))),
    )
    expect(await whole(slowly)).toBe(100_000)
    await slowly.close()
  })

  it('cannot hang up unseen', async () => {
    const connection = await against((sftp) =>
      sftp.on('READ', () => (sftp as unknown as { _protocol: { _onWrite: unknown }; end(): void }).end()),
    )
    await expect(whole(connection)).rejects.toMatchObject({ code: 'source-unreachable' })
    await connection.close()
  })

  it('cannot send nonsense, or refuse without a word of why', async () => {
    const nonsense = await against((sftp) => sftp.on('READ', (id) => sftp.handle(id, Buffer.from('no data'))))
    await expect(whole(nonsense)).rejects.toMatchObject({ code: expect.stringMatching(/^source-/) })
    await nonsense.close()
    const denied = await against((sftp) =>
      sftp.on('READ', (id) => sftp.status(id, status.PERMISSION_DENIED, sftpLogin.password)),
    )
    await expect(whole(denied)).rejects.toMatchObject({ code: 'source-refused' })
    await denied.close()
  })

  it('cannot hold a caller who goes', async () => {
    const server = await rogue((sftp) => sftp.on('READ', () => {}))
    const abort = new AbortController()
    const connection = await kind.open({
      config: configOf({ port: server.port, hostKey: server.fingerprint }),
      credential: new Secret({ password: sftpLogin.password }),
      egress,
      signal: abort.signal,
    })
    setTimeout(() => abort.abort(), 300)
    const begun = performance.now()
    await expect(whole(connection)).rejects.toMatchObject({ code: 'cancelled' })
    expect(performance.now() - begun).toBeLessThan(5_000)
  })
})
