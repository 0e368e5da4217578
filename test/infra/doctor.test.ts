import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diagnose } from '../../infra/doctor.ts'
import { appHeaders } from '../../shared/api/app-headers.ts'

describe('the doctor', () => {
  let broken: string | undefined
  const server = createServer((request, response) => {
    const path = request.url!
    const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body))
    if (path === broken) return answer(500, {})
    if (path === '/') return response.writeHead(200, appHeaders()).end('<!doctype html>')
    if (path === '/v1/health') return answer(200, { status: 'ok', version: '0.1.0' })
    if (path === '/app.json') return answer(200, { signIn: null })
    if (path === '/v1/me')
      return request.headers.authorization ? answer(200, { id: 'ada', role: 'admin' }) : answer(401, {})
    if (path.startsWith('/v1/connectors?')) return answer(200, { items: [{ name: 'good' }, { name: 'bad' }] })
    return answer(200, { status: path.includes('good') ? 'VALID_CONNECTION' : 'BAD_CREDENTIALS' })
  })
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => server.close())

  it('names the connectors that cannot be opened, and finds the rest as it should be', async () => {
    const findings = await diagnose({ url: `${url()}/`, token: 'x' })
    expect(findings.filter(({ ok }) => !ok)).toEqual([
      { what: 'every connector can be opened', ok: false, detail: expect.stringContaining('bad (BAD_CREDENTIALS)') },
    ])
  })

  it.each([
    ['/v1/health', 'the API answers'],
    ['/', 'the Data App is there'],
    ['/app.json', 'the app knows how people sign in'],
    ['/v1/me', 'nobody gets in without a token'],
  ])('sees that %s is broken', async (path, what) => {
    broken = path
    const findings = await diagnose({ url: url() })
    broken = undefined
    expect(findings.find((each) => each.what === what)?.ok).toBe(false)
  })

  it('says so of a place where nothing answers', async () => {
    const findings = await diagnose({ url: 'http://127.0.0.1:1' })
    expect(findings[0]).toMatchObject({ what: 'the API answers', ok: false })
  })
})
