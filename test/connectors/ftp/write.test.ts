import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import kind from '../../../shared/connectors/ftp/kind.ts'
import { openFtpWriter } from '../../../shared/connectors/ftp/write.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { describeFileWriter } from '../../contract/file-writer.ts'
import { countingEgress } from '../../support/counting-egress.ts'
import { startVsftpd, vsftpdMissing } from '../../support/vsftpd.ts'
import { goOn } from '../../support/write-rows.ts'

describe.skipIf(vsftpdMissing)(`vsftpd${vsftpdMissing ? ` (skipped: ${vsftpdMissing})` : ''}`, async () => {
  if (vsftpdMissing) return
  const root = mkdtempSync(join(tmpdir(), 'headgate-ftp-'))
  const drop = join(root, 'drop')
  mkdirSync(drop)
  chmodSync(drop, 0o777)
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const port = await startVsftpd(root, undefined, { writes: true })
  const egress = countingEgress()
  const open = (signal = new AbortController().signal) =>
    openFtpWriter({
      config: kind.config.parse({ host: '127.0.0.1', port, user: 'anonymous', tls: 'none' }),
      credential: new Secret(kind.credential.parse({ password: 'a@b.example' })),
      egress,
      signal,
    })

  describeFileWriter('vsftpd', {
    folder: 'drop/',
    open,
    async read(key) {
      try {
        return readFileSync(join(root, key))
      } catch {
        return undefined
      }
    },
    list: async () => (await readdir(drop)).sort(),
  })

  it('is told where there is no folder, or nothing may be written, and leaves no connection', async () => {
    const writer = await open()
    for (const key of ['nowhere/a.csv', 'a.csv']) {
      const bytes = (async function* () {
        yield Buffer.from('x')
      })()
      const put = writer.put(key, bytes, { ifAbsent: true, ready: goOn })
      await expect(put).rejects.toMatchObject({ code: 'not-found' })
    }
    await writer.close()
    await expect.poll(() => egress.open()).toBe(0)
  })
})
