import { describe, expect, it } from 'vitest'
import kind from '../../../shared/connectors/ftp/kind.ts'
import { checkStatus } from '../../../shared/domain/check.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { hasOpenssl, makeCertificate } from '../../support/certificates.ts'
import { countingEgress } from '../../support/counting-egress.ts'
import { fileTree, treeFiles } from '../../support/file-tree.ts'
import { showRows } from '../../support/rows.ts'
import { startVsftpd, vsftpdMissing } from '../../support/vsftpd.ts'

const missing = vsftpdMissing ?? (hasOpenssl ? undefined : 'there is no openssl')

describe.skipIf(missing)(`vsftpd${missing ? ` (skipped: ${missing})` : ''}`, async () => {
  if (missing) return
  const root = await fileTree('/srv')
  const own = makeCertificate(['IP:127.0.0.1'])
  const plain = await startVsftpd(root)
  const secure = await startVsftpd(root, own)

  it.each([
    ['in the clear', { port: plain, tls: 'none' }],
    ['with TLS and its session reused', { port: secure, tls: 'explicit', ca: own.ca }],
  ])('is listed, read and checked %s', async (_, config) => {
    const egress = countingEgress()
    const connection = await kind.open({
      config: kind.config.parse({ host: '127.0.0.1', ...config }),
      credential: new Secret(kind.credential.parse({ password: 'guest' })),
      egress,
      signal: new AbortController().signal,
    })
    expect(checkStatus(await connection.check())).toBe('VALID_CONNECTION')
    const { items } = await connection.objects.list({ prefix: '', limit: 100 })
    expect(items.map(({ key }) => key).toSorted()).toEqual(Object.keys(treeFiles).toSorted())
    for (const [key, bytes] of Object.entries(treeFiles)) {
      const info = await connection.objects.describe(key)
      expect(info).toMatchObject({ size: bytes.length, isFolder: false, etag: expect.stringMatching(/^W\//) })
      const read = Buffer.concat(await Array.fromAsync(await connection.objects.read(key, undefined, info)))
      expect([key, read.equals(bytes)]).toEqual([key, true])
    }
    const part = await connection.objects.read('large.bin', [1_000_000, 1_000_010])
    const wanted = treeFiles['large.bin']!.subarray(1_000_000, 1_000_010)
    expect(Buffer.concat(await Array.fromAsync(part)).equals(wanted)).toBe(true)
    expect(await connection.objects.describe('foo')).toMatchObject({ isFolder: true, key: 'foo/' })
    await expect(connection.objects.describe('none')).rejects.toMatchObject({ code: 'not-found' })
    // Its lists tell no times: files are known by what they are described as.
    const rows = await connection.extract({ glob: 'foo/*.csv', parse: 'auto' })
    expect(rows.shape === 'rows' && (await showRows(rows))).toEqual([
      ['1', 'one'],
      ['2', 'two'],
      ['3', 'three'],
    ])
    await connection.close()
    expect(egress.open()).toBe(0)
  })
})
