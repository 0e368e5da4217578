import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keepAudit } from '../../shared/api/keep-audit.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { type CallOptions, testPlatform } from '../support/platform.ts'
import shelf from '../support/shelf-kind.ts'
import { plantCanaries } from './canaries.ts'

const {
  of: s,
  all: secrets,
  forms,
  leaks,
} = plantCanaries([
  'credential',
  'changed credential',
  'checked credential',
  'refused credential',
  'user secret',
  'secret of a batch',
  'org secret',
  'secret of a bad request',
  'secret in a bad field',
  'device code',
  'token in a header',
  'secret of a webhook',
  'sql text',
  'object bytes',
])

let platform: Awaited<ReturnType<typeof testPlatform>>
const seen: string[] = []
beforeAll(async () => {
  platform = await testPlatform({ kinds: [shelf] })
})
afterAll(() => platform.dispose())

/** A call whose reply, faults with all that caused them, and lines of the audit trail are seen. */
async function call(method: string, target: string, options: CallOptions = {}) {
  const keep = keepAudit(platform.world.catalog, 1)
  const reply = await platform.call(method, target, {
    ...options,
    onFault: (fault) => seen.push(inspect(fault, { depth: 10 })),
    audit: async (entry) => {
      seen.push(JSON.stringify(entry))
      await keep(entry)
    },
  })
  seen.push(reply.text, JSON.stringify(reply.headers))
  return reply
}

it('T12 no secret is seen again: in a reply, a fault, the audit trail, or a file', async () => {
  const shelfOf = (name: string, password: unknown) => ({ name, kind: 'shelf', config: {}, credential: { password } })
  await call('POST', '/v1/connectors', { body: shelfOf('a', s('credential')), headers: { 'idempotency-key': 'one' } })
  await call('POST', '/v1/connectors', { body: shelfOf('a', s('credential')) })
  await call('PUT', '/v1/connectors/a', {
    headers: { 'if-match': '*' },
    body: { credential: { password: s('changed credential') } },
  })
  await call('POST', '/v1/checks', {
    body: { kind: 'shelf', config: {}, credential: { password: s('checked credential') } },
  })
  await call('POST', '/v1/connectors', { body: shelfOf('b', [s('refused credential')]) })
  for (const path of ['/v1/connectors/a', '/v1/connectors', '/v1/sources/a/tables', '/v1/connectors/b'])
    await call('GET', path)
  await call('POST', '/v1/connectors/a/checks')
  await call('PUT', '/v1/secrets/user/A', { body: { value: s('user secret') } })
  await call('PUT', '/v1/secrets/org/A', { body: { value: s('org secret') } })
  await call('POST', '/v1/secrets', { body: { secrets: [{ key: 'B', value: s('secret of a batch') }] } })
  await call('PUT', '/v1/secrets/user/C', { body: { value: { of: s('secret of a bad request') } } })
  await call('PUT', '/v1/secrets/user/C', { body: { value: 'x', mask: s('secret in a bad field') } })
  await call('PUT', '/v1/secrets/org/A', { role: 'editor', body: { value: s('org secret') } })
  await call('GET', '/v1/secrets')
  const hook = { url: 'https://hooks.example.com/', secret: s('secret of a webhook') }
  await call('POST', '/v1/webhooks', { body: hook, headers: { 'idempotency-key': 'hook' } })
  await call('POST', '/v1/webhooks', { body: { ...hook, events: ['none'] } })
  await call('POST', '/v1/webhooks', { role: 'editor', body: hook })
  await call('GET', '/v1/webhooks')
  await call('POST', '/v1/auth/device/token', { nobody: true, body: { deviceCode: s('device code') } })
  await call('GET', '/v1/me', { headers: { authorization: `Bearer ${s('token in a header')}` } })
  await call('POST', '/v1/sources/a/query', { body: { sql: `select '${s('sql text')}'` } })
  await call('PUT', '/v1/objects/user/x', { bytes: new TextEncoder().encode(s('object bytes')) })
  await call('GET', '/v1/audit')
  await call('DELETE', '/v1/secrets/user/A')

  for (const text of seen) expect(leaks(text), text.slice(0, 300)).toEqual([])
  for (const name of await readdir(platform.folder, { recursive: true })) {
    const bytes = await readFile(join(platform.folder, name)).catch(() => Buffer.alloc(0))
    expect(
      leaks(bytes.toString('latin1')).filter((kind) => kind !== 'object bytes'),
      name,
    ).toEqual([])
  }
})

it('T12 the scanner finds what is planted, in every encoding, in a fault and its cause too', () => {
  for (const [kind, value] of Object.entries(secrets))
    for (const form of forms(value)) expect(leaks(`before ${form} after`)).toEqual([kind])
  const fault = new Fault('internal', 'plain', { cause: new Error('deep', { cause: new Error(secrets.credential) }) })
  expect(leaks(inspect(fault, { depth: 10 }))).toEqual(['credential'])
})
