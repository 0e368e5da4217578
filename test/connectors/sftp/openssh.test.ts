import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import kind from '../../../shared/connectors/sftp/kind.ts'
import { checkStatus } from '../../../shared/domain/check.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { countingEgress } from '../../support/counting-egress.ts'
import { fileTree, treeFiles } from '../../support/file-tree.ts'
import { opensshMissing, startOpenSsh } from '../../support/openssh.ts'

describe.skipIf(opensshMissing)(`OpenSSH${opensshMissing ? ` (skipped: ${opensshMissing})` : ''}`, async () => {
  if (opensshMissing) return
  const root = await fileTree(tmpdir())
  symlinkSync('a b.txt', join(root, 'link.txt'))
  symlinkSync('.', join(root, 'loop'))
  symlinkSync('nowhere', join(root, 'dangling'))
  mkdirSync(join(root, 'many'))
  for (let i = 0; i < 1234; i++) writeFileSync(join(root, 'many', `${i}`), '')
  const server = await startOpenSsh()
  const egress = countingEgress()
  const open = () =>
    kind.open({
      config: kind.config.parse({
        host: '127.0.0.1',
        port: server.port,
        user: server.user,
        hostKey: server.hostKey,
        root,
      }),
      credential: new Secret(kind.credential.parse({ privateKey: server.privateKey })),
      egress,
      signal: new AbortController().signal,
    })

  it('is listed, read and checked', async () => {
    const connection = await open()
    expect(checkStatus(await connection.check())).toBe('VALID_CONNECTION')
    for (const [key, bytes] of Object.entries(treeFiles)) {
      const info = await connection.objects.describe(key)
      expect(info).toMatchObject({ size: bytes.length, isFolder: false })
      const read = Buffer.concat(await Array.fromAsync(await connection.objects.read(key, undefined, info)))
      expect([key, read.equals(bytes)]).toEqual([key, true])
    }
    const part = await connection.objects.read('large.bin', [1_000_000, 1_100_000])
    const wanted = treeFiles['large.bin']!.subarray(1_000_000, 1_100_000)
    expect(Buffer.concat(await Array.fromAsync(part)).equals(wanted)).toBe(true)
    await connection.close()
    expect(egress.open()).toBe(0)
  })

  it('shows links for what they lead to, and goes in no circle', async () => {
    const connection = await open()
    const { items } = await connection.objects.list({ prefix: '', delimiter: '/', limit: 100 })
    expect(items.filter(({ name }) => /link|loop|dangling/.test(name))).toMatchObject([
      { key: 'link.txt', isFolder: false, size: 12 },
      { key: 'loop/', isFolder: true },
    ])
    const all = await connection.objects.list({ prefix: '', limit: 10_000 })
    expect(all.items.filter(({ key }) => key.startsWith('loop'))).toEqual([])
    expect((await connection.objects.describe('loop/loop/a b.txt')).size).toBe(12)
    await connection.close()
  })

  it('is listed past a thousand entries', async () => {
    const connection = await open()
    const names = new Set<string>()
    let after: string | null = null
    do {
      const page = await connection.objects.list({
        prefix: 'many/',
        delimiter: '/',
        limit: 1000,
        ...(after !== null && { after }),
      })
      for (const { name } of page.items) names.add(name)
      after = page.next
    } while (after !== null)
    expect(names.size).toBe(1234)
    await connection.close()
  })

  it('is not read where it does not want to be', async () => {
    const connection = await open()
    await expect(connection.objects.describe('many/none')).rejects.toMatchObject({ code: 'not-found' })
    await expect(connection.objects.read('many')).rejects.toMatchObject({ code: 'not-found' })
    await connection.close()
  })
})
