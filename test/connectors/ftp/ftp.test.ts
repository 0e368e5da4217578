import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import kind from '../../../shared/connectors/ftp/kind.ts'
import { checkStatus } from '../../../shared/domain/check.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { hasOpenssl, makeCertificate } from '../../support/certificates.ts'
import { countingEgress } from '../../support/counting-egress.ts'
import { fileTree, treeFiles } from '../../support/file-tree.ts'
import { ftpLogin, testFtp } from '../../support/ftp-server.ts'
import { type RogueFtp, rogueFtp } from '../../support/rogue-ftp.ts'

const open = (change: object, at: { egress?: ReturnType<typeof countingEgress>; signal?: AbortSignal } = {}) =>
  kind.open({
    config: kind.config.parse({ host: '127.0.0.1', user: ftpLogin.user, ...change }),
    credential: new Secret(kind.credential.parse({ password: ftpLogin.password })),
    egress: at.egress ?? countingEgress(),
    signal: at.signal ?? new AbortController().signal,
  })
type Opened = Awaited<ReturnType<typeof open>>
const read = async (connection: Opened, key: string) =>
  Buffer.concat(await Array.fromAsync(await connection.objects.read(key)))

describe.skipIf(!hasOpenssl)(`FTP over TLS${hasOpenssl ? '' : ' (skipped: there is no openssl)'}`, async () => {
  if (!hasOpenssl) return
  const root = await fileTree(tmpdir())
  const own = makeCertificate(['IP:127.0.0.1', 'DNS:localhost'])
  const other = makeCertificate(['DNS:other.example'])
  const explicit = await testFtp(root, own)
  const implicit = await testFtp(root, { ...own, implicit: true })

  it('begins explicitly or implicitly, and keeps the data to itself too', async () => {
    for (const [{ port }, tls] of [
      [explicit, 'explicit'],
      [implicit, 'implicit'],
    ] as const) {
      const egress = countingEgress()
      const connection = await open({ port, tls, ca: own.ca }, { egress })
      const check = await connection.check()
      expect([tls, checkStatus(check), check.warnings]).toEqual([tls, 'VALID_CONNECTION', []])
      expect((await read(connection, 'large.bin')).equals(treeFiles['large.bin']!)).toBe(true)
      await connection.close()
      expect(egress.open()).toBe(0)
    }
  })

  it('takes no certificate but one of the host, by an authority that is trusted', async () => {
    for (const config of [
      { port: explicit.port },
      { port: explicit.port, ca: other.ca },
      { port: (await testFtp(root, other)).port, ca: other.ca },
    ]) {
      const connection = await open({ tls: 'explicit', ...config })
      const check = await connection.check()
      expect(check.stages.at(-1)).toMatchObject({ name: 'tls', ok: false })
      expect(checkStatus(check)).toBe('NO_CONNECTION')
      await expect(connection.objects.describe('a b.txt')).rejects.toMatchObject({ code: 'source-failed' })
    }
  })

  it('is not given up where the server does not do it', async () => {
    const said: string[] = []
    const port = await rogueFtp({
      command(line) {
        said.push(line)
        return line === 'AUTH TLS' ? '502 no such thing\r\n' : undefined
      },
    })
    const check = await (await open({ port, tls: 'explicit' })).check()
    expect(check.stages.at(-1)).toMatchObject({ name: 'tls', ok: false })
    expect(said).toEqual(['AUTH TLS'])
  })
})

describe('an FTP server that does not behave', () => {
  const against = async (rogue: RogueFtp, at: Parameters<typeof open>[1] = {}) =>
    open({ port: await rogueFtp(rogue), tls: 'none' }, at)
  const list = (connection: Opened) => connection.objects.list({ prefix: '', delimiter: '/', limit: 10 })
  const listing = (text: string): RogueFtp => ({
    command(line, control, sendData) {
      if (!line.startsWith('LIST')) return undefined
      sendData((data) => data.end(text, () => control.write('226 done\r\n')))
      return '150 here\r\n'
    },
  })

  it('never has us dial a third host', async () => {
    const egress = countingEgress()
    for (const third of ['169,254,169,254,0,80', '10,0,0,1,0,22', '127,0,0,2,31,144', '0,0,0,0,31,144']) {
      const connection = await against(
        {
          command: (line) =>
            line === 'EPSV' ? '500 no\r\n' : line === 'PASV' ? `227 Entering Passive Mode (${third})\r\n` : undefined,
        },
        { egress },
      )
      await expect(list(connection), third).rejects.toMatchObject({ code: 'source-failed' })
      await connection.close()
    }
    expect(egress.sockets).toHaveLength(4)
  })

  it('cannot name a port that is none, or that nobody listens at', async () => {
    for (const [reply, code] of [
      ['229 ok (|||0|)', /source-failed/],
      ['229 ok (|||99999|)', /source-failed/],
      ['229 ok', /source-failed/],
      ['229 ok (|||1|)', /source-unreachable/],
    ] as const) {
      const connection = await against({ command: (line) => (line === 'EPSV' ? `${reply}\r\n` : undefined) })
      await expect(list(connection), reply).rejects.toMatchObject({ code: expect.stringMatching(code) })
    }
  })

  it('cannot list names that lead elsewhere', async () => {
    const file = (name: string) => `-rw-r--r-- 1 a b 5 Jan 01 2026 ${name}\r\n`
    await expect(list(await against(listing(file('../../etc/passwd'))))).rejects.toMatchObject({
      code: 'source-failed',
    })
    const { items } = await list(await against(listing(`${file('.')}${file('..')}${file('good')}`)))
    expect(items.map(({ key }) => key)).toEqual(['good'])
  })

  it('cannot list for ever', async () => {
    const connection = await against({
      command(line, _, sendData) {
        if (!line.startsWith('LIST')) return undefined
        sendData((data) => {
          const more = Buffer.from(`-rw-r--r-- 1 a b 5 Jan 01 2026 ${'x'.repeat(1000)}\r\n`.repeat(64))
          const flood = () => {
            while (!data.destroyed && data.write(more));
          }
          data.on('drain', flood)
          flood()
        })
        return '150 here\r\n'
      },
    })
    await expect(list(connection)).rejects.toMatchObject({ code: 'too-large' })
  })

  it('cannot end a file early, or hang up within', async () => {
    const file = (end: (data: import('node:net').Socket, control: import('node:net').Socket) => void): RogueFtp => ({
      command(line, control, sendData) {
        if (!line.startsWith('RETR')) return undefined
        sendData((data) => data.write(Buffer.alloc(1000), () => end(data, control)))
        return '150 here\r\n'
      },
    })
    const short = await against(file((data, control) => data.end(() => control.write('226 done\r\n'))))
    await expect(read(short, 'file')).rejects.toMatchObject({ code: 'source-changed' })
    const broken = await against(file((data, control) => data.end(() => control.write('426 broken\r\n'))))
    await expect(read(broken, 'file')).rejects.toMatchObject({ code: 'source-failed' })
    const gone = await against(file((data, control) => [data, control].map((socket) => socket.resetAndDestroy())))
    await expect(read(gone, 'file')).rejects.toMatchObject({ code: 'source-unreachable' })
  })

  it('cannot say what it likes', async () => {
    const welcomes = ['HTTP/1.1 400 Bad Request\r\n\r\n', 'SSH-2.0-OpenSSH\r\n', '500 go away\r\n', 'x'.repeat(70_000)]
    for (const welcome of welcomes) {
      const abort = new AbortController()
      const connection = await against({ welcome }, { signal: abort.signal })
      setTimeout(() => abort.abort(), 1000)
      await expect(list(connection), welcome.slice(0, 20)).rejects.toMatchObject({
        code: expect.stringMatching(/source-failed|source-unreachable|cancelled/),
      })
    }
    const echoing = await against({
      command: (line) => (line.startsWith('PASS') ? `530 not with ${line}\r\n` : undefined),
    })
    const fault = await list(echoing).catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: 'source-refused' })
    expect(`${fault} ${(fault as Error).cause} ${JSON.stringify(await echoing.check())}`).not.toContain(
      ftpLogin.password,
    )
  })

  it('cannot hold a caller who goes, wherever it stands still', async () => {
    const still = ['USER', 'PASS', 'PWD', 'CWD', 'EPSV', 'LIST']
    for (const word of still) {
      const abort = new AbortController()
      const egress = countingEgress()
      const connection = await against(
        // A reply that never ends: nothing is written, and nothing closed.
        { command: (line) => (line.startsWith(word) ? '' : undefined) },
        { signal: abort.signal, egress },
      )
      setTimeout(() => abort.abort(), 150)
      const begun = performance.now()
      await expect(list(connection), word).rejects.toMatchObject({ code: 'cancelled' })
      expect(performance.now() - begun).toBeLessThan(3_000)
      await connection.close()
      expect(egress.open()).toBe(0)
    }
  })

  it('is sent no second command by a key', async () => {
    const said: string[] = []
    const connection = await against({
      command(line) {
        said.push(line)
        return undefined
      },
    })
    await expect(connection.objects.describe('a\r\nDELE b')).rejects.toMatchObject({ code: 'not-found' })
    expect(said.filter((line) => line.includes('DELE'))).toEqual([])
    for (const config of [{ user: 'a\r\nDELE b' }, { root: 'a\r\nDELE b' }])
      expect(kind.config.safeParse({ host: 'h', ...config }).success).toBe(false)
    expect(kind.credential.safeParse({ password: 'a\r\nDELE b' }).success).toBe(false)
  })
})
