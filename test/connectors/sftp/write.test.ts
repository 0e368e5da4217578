import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import kind from '../../../shared/connectors/sftp/kind.ts'
import { openSftpWriter } from '../../../shared/connectors/sftp/write.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { describeFileWriter } from '../../contract/file-writer.ts'
import { countingEgress } from '../../support/counting-egress.ts'
import { opensshMissing, startOpenSsh } from '../../support/openssh.ts'
import { goOn } from '../../support/write-rows.ts'

describe.skipIf(opensshMissing)(`OpenSSH${opensshMissing ? ` (skipped: ${opensshMissing})` : ''}`, async () => {
  if (opensshMissing) return
  const root = mkdtempSync(join(tmpdir(), 'headgate-sftp-'))
  mkdirSync(join(root, 'drop'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const { port, user, hostKey, privateKey } = await startOpenSsh({ writes: true })
  const egress = countingEgress()
  const open = (signal = new AbortController().signal) =>
    openSftpWriter({
      config: kind.config.parse({ host: '127.0.0.1', port, user, hostKey, root }),
      credential: new Secret(kind.credential.parse({ privateKey })),
      egress,
      signal,
    })

  describeFileWriter('OpenSSH', {
    folder: 'drop/',
    open,
    async read(key) {
      try {
        return readFileSync(join(root, key))
      } catch {
        return undefined
      }
    },
    list: async () => (await readdir(join(root, 'drop'))).sort(),
  })

  it('is told where there is no folder, and leaves no connection', async () => {
    const writer = await open()
    const bytes = (async function* () {})()
    const put = writer.put('nowhere/a.csv', bytes, { ifAbsent: true, ready: goOn })
    await expect(put).rejects.toMatchObject({ code: 'not-found' })
    await writer.close()
    await expect.poll(() => egress.open()).toBe(0)
  })
})
