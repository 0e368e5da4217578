import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllow } from '../../shared/adapters/egress/allow.ts'
import { dialTcp } from '../../shared/adapters/egress/dial.ts'
import { createEgress } from '../../shared/adapters/egress.ts'
import { kinds } from '../../shared/connectors/index.ts'
import type { AnyKind, Egress } from '../../shared/connectors/kind.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { Secret } from '../../shared/domain/secret.ts'
import { forbiddenHosts } from '../support/forbidden-hosts.ts'
import { documentOf } from '../support/open-api.ts'
import { rogueFtp } from '../support/rogue-ftp.ts'

/** What a server of ours leads to: its answers name a forbidden host. */
let led = { host: '', port: 0 }
let server: Server
let ftpPort: number

beforeAll(async () => {
  server = createServer((request, response) => {
    const to = `http://${led.host}/elsewhere`
    // Headers hold bytes.
    const inHeader = Buffer.from(to).toString('latin1')
    const path = request.url ?? ''
    const [, code] = /^\/redirect\/?(\d{3})/.exec(path) ?? []
    if (code !== undefined) return void response.writeHead(Number(code), { location: inHeader }).end()
    response.setHeader('content-type', 'application/json')
    if (path === '/spec.json') response.end(documentOf({ '/a': { get: list } }, { servers: [{ url: to }] }))
    else if (path === '/refs.json') response.end(documentOf({ '/a': { get: listOf({ $ref: `${to}#/x` }) } }))
    else if (path.startsWith('/linked')) response.setHeader('link', `<${inHeader}>; rel="next"`).end('[{"a":1}]')
    else if (path.startsWith('/told')) response.end(JSON.stringify({ items: [{ a: 1 }], next: to }))
    else response.end('[]')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  led = { host: '', port: (server.address() as AddressInfo).port }
  ftpPort = await rogueFtp({
    command: (line) => {
      const octets = led.host.split('.')
      if (/^EPSV/.test(line)) return octets.length === 4 ? '500 no\r\n' : `229 in (|2|${led.host.slice(1, -1)}|80|)\r\n`
      return /^PASV/.test(line) ? `227 in (${octets.join(',')},0,80)\r\n` : undefined
    },
  })
})
afterAll(() => server.close())

const listOf = (items: object) => ({
  operationId: 'list',
  responses: { 200: { content: { 'application/json': { schema: { type: 'array', items } } } } },
})
const list = listOf({})
const itemsList = {
  operationId: 'list',
  responses: {
    200: {
      content: {
        'application/json': { schema: { type: 'object', properties: { items: { type: 'array', items: {} } } } },
      },
    },
  },
}

interface Entry {
  readonly kind: string
  readonly config: (host: string) => Record<string, unknown>
  readonly credential?: Record<string, unknown>
  /** What leads to the address; where it is the connector itself, everything. */
  readonly uses?: readonly Use[]
  readonly selection?: unknown
}

type Use = 'pin' | 'check' | 'browse' | 'call' | 'extract'

const here = () => `http://127.0.0.1:${led.port}`
const password = { password: 'x' }
const keys = { accessKeyId: 'AKIAX', secretAccessKey: 'x' }
const role = { roleArn: 'arn:aws:iam::123456789012:role/reader', externalId: 'headgate-x' }

/** Every place from which an address comes: fields, and what servers answer. */
const entries: Readonly<Record<string, Entry>> = {
  'the host of postgres': {
    kind: 'postgres',
    config: (host) => ({ host, database: 'd', user: 'u' }),
    credential: password,
  },
  'the host of mysql': { kind: 'mysql', config: (host) => ({ host, user: 'u' }), credential: password },
  'the host of ftp': { kind: 'ftp', config: (host) => ({ host, tls: 'none' }), credential: password },
  'the host of sftp': { kind: 'sftp', config: (host) => ({ host, user: 'u' }), credential: password },
  'the data channel of ftp': {
    uses: ['browse'],
    kind: 'ftp',
    config: () => ({ host: '127.0.0.1', port: ftpPort, tls: 'none' }),
    credential: password,
  },
  'the endpoint of s3': {
    uses: ['check', 'browse'],
    kind: 's3',
    config: (host) => ({ bucket: 'bucket', endpoint: `http://${host}` }),
    credential: keys,
  },
  'the STS endpoint of s3': {
    uses: ['browse'],
    kind: 's3',
    config: (host) => ({ bucket: 'bucket', stsEndpoint: `http://${host}`, ...role }),
    credential: keys,
  },
  'a redirect of a store': {
    uses: ['browse'],
    kind: 's3',
    config: () => ({ bucket: 'redirect307', endpoint: here() }),
    credential: keys,
  },
  'the URL of http': { kind: 'http', config: (host) => ({ url: `http://${host}/a.csv` }), selection: {} },
  'the template of http': {
    kind: 'http',
    config: (host) => ({ url: `http://${host}/?file={path}` }),
    selection: { path: 'a.csv' },
  },
  ...Object.fromEntries(
    [301, 302, 303, 307, 308].map((code) => [
      `a redirect of http by ${code}`,
      {
        kind: 'http',
        uses: ['extract'],
        config: () => ({ url: `${here()}/redirect/${code}` }),
        selection: {},
      } satisfies Entry,
    ]),
  ),
  'the URL of a document': { kind: 'openapi', config: (host) => ({ specUrl: `http://${host}/x.json` }) },
  'a redirect of a document': {
    uses: ['browse', 'pin'],
    kind: 'openapi',
    config: () => ({ specUrl: `${here()}/redirect/302` }),
  },
  'a server of a document': {
    uses: ['call', 'pin'],
    kind: 'openapi',
    config: () => ({ specUrl: `${here()}/spec.json` }),
  },
  'a server of an operation': {
    kind: 'openapi',
    uses: ['call', 'pin'],
    config: (host) => ({ spec: documentOf({ '/a': { get: { ...list, servers: [{ url: `http://${host}` }] } } }) }),
  },
  'a reference of a document': {
    uses: ['browse', 'pin'],
    kind: 'openapi',
    config: () => ({ specUrl: `${here()}/refs.json` }),
  },
  'the base URL': {
    kind: 'openapi',
    config: (host) => ({ spec: documentOf({ '/a': { get: list } }), baseUrl: `http://${host}` }),
  },
  'a redirect of an operation': {
    uses: ['call', 'extract'],
    kind: 'openapi',
    config: () => ({ spec: documentOf({ '/redirect/302': { get: list } }), baseUrl: here() }),
    selection: { operation: 'list' },
  },
  'the next page in a header': {
    uses: ['extract'],
    kind: 'openapi',
    config: () => ({ spec: documentOf({ '/linked': { get: list } }), baseUrl: here() }),
    selection: { operation: 'list', pagination: { type: 'link' } },
  },
  'the next page in a reply': {
    uses: ['extract'],
    kind: 'openapi',
    config: () => ({ spec: documentOf({ '/told': { get: itemsList } }), baseUrl: here() }),
    selection: { operation: 'list', items: '/items', pagination: { type: 'next', pointer: '/next' } },
  },
  'the token URL of OAuth': {
    uses: ['call'],
    kind: 'openapi',
    config: (host) => ({
      spec: documentOf({ '/a': { get: list } }),
      baseUrl: here(),
      auth: { type: 'oauth2', tokenUrl: `http://${host}/token` },
    }),
    credential: { clientId: 'a', clientSecret: 'b' },
  },
  'the token URL of a file': {
    uses: ['browse'],
    kind: 'http',
    config: (host) => ({ url: `${here()}/a.csv`, auth: { type: 'oauth2', tokenUrl: `http://${host}/token` } }),
    credential: { clientId: 'a', clientSecret: 'b' },
  },
  'a redirect of the token URL': {
    uses: ['call'],
    kind: 'openapi',
    config: () => ({
      spec: documentOf({ '/a': { get: list } }),
      baseUrl: here(),
      auth: { type: 'oauth2', tokenUrl: `${here()}/redirect/307` },
    }),
    credential: { clientId: 'a', clientSecret: 'b' },
  },
}

/** Uses a connector, whatever comes of it. Answers how often a fault came. */
async function useAll(kind: AnyKind, entry: Entry, host: string, egress: Egress): Promise<number> {
  const parsed = kind.config.safeParse(entry.config(host))
  // What is not even an address does not get as far.
  if (!parsed.success) return 0
  const config = parsed.data
  const { signal } = new AbortController()
  const credential = new Secret(kind.credential.parse(entry.credential ?? {}))
  const opened = await kind.open({ config, credential, egress, signal })
  const run: Readonly<Record<Use, () => Promise<unknown> | undefined>> = {
    pin: () => kind.pin?.({ config, before: undefined, egress, signal }),
    check: () => opened.check(),
    browse: () => opened.tables?.list({ limit: 1 }) ?? opened.objects?.list({ prefix: '', limit: 1 }),
    call: () => opened.operations?.call('list', { parameters: {} }),
    async extract() {
      if (entry.selection === undefined) return
      const extract = await opened.extract(kind.selection.parse(entry.selection))
      for await (const each of extract.shape === 'rows' ? extract.batches : extract.files)
        if ('bytes' in each) for await (const _ of each.bytes) break
    },
  }
  let faults = 0
  for (const use of entry.uses ?? (['pin', 'check', 'browse', 'call', 'extract'] as const))
    try {
      await run[use]()
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown
      faults++
    }
  await opened.close()
  return faults
}

/** Two of three: the others are spellings of the same addresses, and `test/adapters/egress.test.ts` has them all. */
const hosts = forbiddenHosts().filter((_, i) => i % 3 !== 2)

/** A door that lets through what is allowed and our own servers, and records every dial but those to them. */
function recording(allow: string) {
  const dialled: string[] = []
  const own = [led.port, ftpPort]
  const egress = createEgress({
    allow: parseAllow(`${own.map((port) => `127.0.0.1:${port}`).join(' ')} ${allow}`),
    // What a resolver answers to a spelling that only it takes for an address.
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    dial: (address, port, signal) => {
      if (address.address === '127.0.0.1' && own.includes(port)) return dialTcp(address, port, signal)
      dialled.push(`${address.address}:${port}`)
      return Promise.reject(new Error('dialled'))
    },
  })
  return { egress, dialled }
}

describe('forbidden addresses (T1, T3, T4, T7)', () => {
  it('are more than 400, and are tried at every kind but own code, which dials by itself', () => {
    expect(hosts.length).toBeGreaterThanOrEqual(400)
    const tried = new Set(Object.values(entries).map(({ kind }) => kind))
    // What the platform makes itself, of files that were uploaded, dials nobody.
    const dialling = kinds.filter(({ isOurs }) => !isOurs)
    expect([...tried, 'custom'].toSorted()).toEqual(dialling.map(({ kind }) => kind).toSorted())
  })

  it('would be seen where they are let through', async () => {
    for (const name of ['the host of postgres', 'the endpoint of s3', 'a redirect of a document']) {
      const entry = entries[name]!
      const { egress, dialled } = recording('10.0.0.0/8:*')
      led = { ...led, host: '10.0.0.1' }
      await useAll(kinds.find(({ kind }) => kind === entry.kind)!, entry, '10.0.0.1', egress)
      expect(dialled, name).toContainEqual(expect.stringMatching(/^10\.0\.0\.1:/))
    }
  })

  it.each(Object.keys(entries))(
    'are never dialled by way of %s',
    async (name) => {
      const entry = entries[name]!
      const kind = kinds.find(({ kind }) => kind === entry.kind)!
      const { egress, dialled } = recording('')
      let faults = 0
      for (const host of hosts) {
        led = { ...led, host }
        faults += await useAll(kind, entry, host, egress)
      }
      expect(dialled).toEqual([])
      expect(faults).toBeGreaterThan(hosts.length / 2)
    },
    20_000,
  )
})
