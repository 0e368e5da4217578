import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Headgate, startHeadgate, temporaryFolder } from '../support/headgate.ts'

const folder = await temporaryFolder()
let headgate: Headgate
let origin = ''
let token = ''

beforeAll(async () => {
  headgate = startHeadgate({ args: ['--port', '0', '--data', folder.path, '--no-demo'] })
  ;({ origin, token } = await headgate.ready())
})
afterAll(async () => {
  headgate.child.kill('SIGINT')
  await headgate.ended()
  await folder.remove()
})

const call = (method: string, path: string, init: RequestInit & { duplex?: 'half' } = {}, bearer = token) =>
  fetch(`${origin}${path}`, {
    method,
    ...init,
    headers: { authorization: `Bearer ${bearer}`, ...(init.headers as Record<string, string>) },
  })
// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the reply holds
const jsonOf = async (reply: Promise<Response>): Promise<any> => (await reply).json()
const send = (method: string, path: string, body: object) =>
  jsonOf(call(method, path, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }))

describe('the object store of this machine', () => {
  it('C01 streams what is larger than a request of JSON may be, both ways, byte for byte', async () => {
    const piece = randomBytes(1024 * 1024)
    const sent = createHash('sha256')
    const pieces = function* () {
      for (let i = 0; i < 64; i++) {
        piece.writeUInt32BE(i)
        sent.update(piece)
        yield Buffer.from(piece)
      }
    }
    const body = Readable.toWeb(Readable.from(pieces())) as unknown as ReadableStream
    const put = await call('PUT', '/v1/objects/user/a%2Fb/large%20one', { body, duplex: 'half' })
    expect(await put.json()).toMatchObject({ path: 'user/a/b/large one', size: 64 * 1024 * 1024 })
    const got = createHash('sha256')
    const reply = await call('GET', '/v1/objects/user/a/b/large%20one')
    for await (const chunk of reply.body!) got.update(chunk)
    expect(got.digest('hex')).toBe(sent.digest('hex'))
    const head = await call('HEAD', '/v1/objects/user/a/b/large%20one')
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(64 * 1024 * 1024)])
  })

  it('C04 keeps the old content, and no rest, where the sender breaks off', async () => {
    await call('PUT', '/v1/objects/user/kept', { body: 'old' })
    await new Promise<void>((resolve) => {
      const sending = request(`${origin}/v1/objects/user/kept`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}`, 'content-length': '1000000' },
      })
      sending.on('error', () => resolve())
      sending.write('only the beginning', () => setTimeout(() => sending.destroy(), 50))
    })
    for (let tries = 0; (await readdir(join(folder.path, 'objects/drafts'))).length > 0 && tries < 100; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await readdir(join(folder.path, 'objects/drafts'))).toEqual([])
    expect(await (await call('GET', '/v1/objects/user/kept')).text()).toBe('old')
  })

  it('refuses before it has read, and goes on with the connection', async () => {
    const refused = await call('PUT', '/v1/objects/user/..%2Fx', { body: 'x'.repeat(3_000_000) })
    expect(refused.status).toBe(400)
    expect((await jsonOf(Promise.resolve(refused))).code).toBe('invalid-request')
  })

  it('C09 T13 gives links that need no token, and none that was changed', async () => {
    await call('PUT', '/v1/objects/user/link.txt', { body: 'linked' })
    const { url } = await jsonOf(call('GET', '/v1/objects/user/link.txt?link=true'))
    const reply = await fetch(url)
    expect([reply.status, await reply.text()]).toEqual([200, 'linked'])
    expect(reply.headers.get('content-disposition')).toContain('attachment')
    for (const [name, value] of new URL(url).searchParams) {
      const changed = new URL(url)
      changed.searchParams.set(name, `${value}0`)
      expect((await fetch(changed)).status, name).toBe(403)
    }
  })

  it('takes an upload in parts at signed addresses, and resumes it', async () => {
    const upload = await send('POST', '/v1/uploads', { path: 'user/in-parts' })
    const parts = [randomBytes(5 * 1024 * 1024), randomBytes(1000)]
    const sign = async (number: number) =>
      (await send('POST', `/v1/uploads/${upload.id}/parts`, { numbers: [number] })).parts[0].url as string
    const sendPart = async (number: number) => {
      const reply = await fetch(await sign(number), { method: 'PUT', body: parts[number - 1]! })
      return { number, etag: reply.headers.get('etag')!.replaceAll('"', '') }
    }
    const first = await sendPart(1)
    const arrived = (await jsonOf(call('GET', `/v1/uploads/${upload.id}`))).parts
    expect(arrived).toEqual([{ ...first, size: 5 * 1024 * 1024 }])
    const done = await send('POST', `/v1/uploads/${upload.id}/complete`, { parts: [first, await sendPart(2)] })
    expect(done).toMatchObject({ path: 'user/in-parts', size: 5 * 1024 * 1024 + 1000 })
    const got = Buffer.from(await (await call('GET', '/v1/objects/user/in-parts')).arrayBuffer())
    expect(got.equals(Buffer.concat(parts))).toBe(true)
    expect((await fetch(`${origin}/uploads?key=x&upload=y`, { method: 'PUT', body: 'x' })).status).toBe(403)
  })

  it('lets other users in by tokens of theirs, and tells the audit trail of all that', async () => {
    await send('PUT', '/v1/members/bob', { role: 'editor' })
    const bob = await send('POST', '/v1/tokens', { name: 'to try', member: 'bob' })
    expect((await call('GET', '/v1/objects/user/link.txt', {}, bob.token)).status).toBe(404)
    expect((await call('GET', '/v1/audit', {}, bob.token)).status).toBe(403)
    const { items } = await jsonOf(call('GET', '/v1/audit?limit=1000'))
    expect(items[0]).toMatchObject({ caller: 'bob', token: bob.id, operation: 'GET /v1/audit', from: '127.0.0.1' })
    expect(JSON.stringify(items)).not.toContain(bob.token)
    await call('DELETE', `/v1/tokens/${bob.id}?member=bob`)
    expect((await call('GET', '/v1/me', {}, bob.token)).status).toBe(401)
  })
})
