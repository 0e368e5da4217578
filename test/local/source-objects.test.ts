import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLocalServer } from '../../local/server.ts'
import sftp from '../../shared/connectors/sftp/kind.ts'
import { hashToken, makeToken } from '../../shared/domain/token.ts'
import { tokens } from '../../shared/ports/records.ts'
import { fileTree, treeFiles } from '../support/file-tree.ts'
import { testPlatform } from '../support/platform.ts'
import { sftpLogin, testSftp } from '../support/sftp-server.ts'

const files = await testSftp(await fileTree(tmpdir()))
const platform = await testPlatform({ kinds: [sftp], allow: `127.0.0.1:${files.port}` })
const server = createLocalServer({ world: platform.world as never })
const token = makeToken()
let base: string

beforeAll(async () => {
  await platform.call('POST', '/v1/connectors', {
    body: {
      name: 'files',
      kind: 'sftp',
      config: { host: '127.0.0.1', port: files.port, user: sftpLogin.user },
      credential: { password: sftpLogin.password },
    },
  })
  const value = { caller: 'ada', role: 'viewer' as const, created: new Date().toISOString(), expires: null }
  await platform.world.catalog.write([{ create: tokens, id: hashToken(token), value }])
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/sources/files/objects`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await platform.dispose()
})

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${base}/${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } })

describe('files over HTTP', () => {
  it('are read whole, in part, not again, and not at all', async () => {
    const whole = await ask('large.bin')
    expect(Buffer.from(await whole.arrayBuffer()).equals(treeFiles['large.bin']!)).toBe(true)
    const part = await ask('large.bin', { headers: { range: 'bytes=-5' } })
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 5])
    const same = await ask('large.bin', { headers: { 'if-none-match': whole.headers.get('etag')! } })
    expect([same.status, (await same.arrayBuffer()).byteLength]).toEqual([304, 0])
    const head = await ask('foo/1.csv', { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), head.headers.get('x-content-type-options')]).toEqual([
      200,
      '20',
      'nosniff',
    ])
    expect((await ask('none', { method: 'HEAD' })).status).toBe(404)
    expect((await ask('foo/1.csv', { method: 'DELETE' })).status).toBe(405)
  })

  it('are let go of when the reader goes', async () => {
    const abort = new AbortController()
    const reply = await ask('large.bin', { signal: abort.signal })
    const reader = reply.body!.getReader()
    await reader.read()
    abort.abort()
    await expect.poll(() => files.connections()).toBe(0)
  })
})
