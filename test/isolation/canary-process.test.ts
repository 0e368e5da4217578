import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Headgate, startHeadgate, temporaryFolder } from '../support/headgate.ts'
import { type HttpServer, serveHttp } from '../support/http-server.ts'
import { rogueFtp } from '../support/rogue-ftp.ts'
import { plantCanaries } from './canaries.ts'

const canaries = plantCanaries([
  'postgres password',
  'mysql password',
  's3 access key',
  's3 secret key',
  'ftp password',
  'sftp password',
  'http password',
  'api key in the query',
  'api key in a header',
  'basic password',
  'bearer token',
  'client secret',
  'user secret',
  'org secret',
  'password of a reference',
])
const secret = canaries.of

/** Says back all that it is sent, the unkindest way to refuse. */
let echo: HttpServer
let postgres: Server
/** Hangs up on whoever dials. */
let rude: Server
let ftpPort: number
let headgate: Headgate
let here: Awaited<ReturnType<Headgate['ready']>>
const folder = await temporaryFolder()
const data = join(folder.path, 'data')
const replies: string[] = []
/** The servers that were sent a secret: a test in which none was sent would prove nothing. */
const heard = new Set<string>()

const spec = (name: string) => ({
  openapi: '3.0.3',
  info: { title: name, version: '1' },
  servers: [{ url: `${echo.origin}/${name}` }],
  paths: { '/things': { get: { operationId: 'listThings', responses: { 200: { description: 'all' } } } } },
})

beforeAll(async () => {
  echo = await serveHttp(({ url, headers, body }) => {
    const sent = [url, JSON.stringify(headers), body].join(' ')
    const basic = /Basic ([\w+/=]+)/.exec(sent)?.[1] ?? ''
    const said = `${sent} ${Buffer.from(basic, 'base64').toString()}`
    for (const kind of canaries.leaks(decodeURIComponent(said.replaceAll('%', '%25')))) heard.add(kind)
    return {
      status: /\/fails\//.test(url) ? 500 : 403,
      headers: { 'www-authenticate': `Basic realm="${encodeURIComponent(said).slice(0, 2000)}"` },
      body: { message: `I refuse ${said}` },
    }
  })
  postgres = quotingPostgres()
  postgres.listen(0, '127.0.0.1')
  await once(postgres, 'listening')
  rude = createServer((socket) => socket.on('error', () => {}).end('no\r\n'))
  rude.listen(0, '127.0.0.1')
  await once(rude, 'listening')
  ftpPort = await rogueFtp({
    command: (line) => {
      if (!line.startsWith('PASS ')) return undefined
      heard.add('ftp password')
      return `530 Login incorrect: ${line.slice(5)}\r\n`
    },
  })
  const ports = [new URL(echo.origin).port, port(postgres), port(rude), ftpPort]
  headgate = startHeadgate({
    args: ['--port', '0', '--data', data, '--no-demo', '--verbose'],
    env: { HEADGATE_ALLOW: ports.map((port) => `127.0.0.1:${port}`).join(' ') },
  })
  here = await headgate.ready()
})
afterAll(async () => {
  headgate.child.kill('SIGINT')
  await headgate.ended()
  await echo.stop()
  postgres.close()
  rude.close()
  await folder.remove()
})

/** Asks for the password in clear, and quotes it in the refusal. */
function quotingPostgres(): Server {
  const message = (type: string, body: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(body.length + 4)
    return Buffer.concat([Buffer.from(type), length, body])
  }
  return createServer((socket) => {
    let isStarted = false
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      if (!isStarted) {
        isStarted = true
        socket.write(message('R', Buffer.from([0, 0, 0, 3])))
        return
      }
      const password = chunk.subarray(5, -1).toString()
      for (const kind of canaries.leaks(password)) heard.add(kind)
      const fields = ['SFATAL', 'VFATAL', 'C28P01', `Mpassword "${password}" is wrong`, `D${password}`, `H${password}`]
      socket.end(message('E', Buffer.from(`${fields.join('\0')}\0\0`)))
    })
  })
}

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${here.origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${here.token}`, 'content-type': 'application/json', 'if-match': '*' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  replies.push(`${method} ${path} ${response.status} ${JSON.stringify([...response.headers])} ${text}`)
  return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined }
}

const port = (server: Server) => (server.address() as AddressInfo).port
const login = { host: '127.0.0.1', user: 'ada', tls: 'disable' }

const connectors = () => {
  const openapi = (name: string, auth: object, credential: object) => ({
    name,
    kind: 'openapi',
    config: { spec: JSON.stringify(spec(name)), auth },
    credential,
    selection: { operation: 'listThings' },
  })
  const password = (kind: string) => ({ password: secret(kind) })
  return [
    {
      name: 'postgres',
      kind: 'postgres',
      config: { ...login, port: port(postgres), database: 'x' },
      credential: password('postgres password'),
      selection: { table: 't' },
    },
    {
      name: 'reference',
      kind: 'postgres',
      config: { ...login, port: port(postgres), database: 'x' },
      credential: { password: { secret: 'org/WAREHOUSE' } },
      selection: { table: 't' },
    },
    {
      name: 'mysql',
      kind: 'mysql',
      config: { ...login, port: port(rude), database: 'x' },
      credential: password('mysql password'),
      selection: { table: 't' },
    },
    {
      name: 's3',
      kind: 's3',
      config: { bucket: 'bucket', region: 'eu-central-1', endpoint: echo.origin },
      credential: { accessKeyId: secret('s3 access key'), secretAccessKey: secret('s3 secret key') },
      selection: { path: 'a.csv' },
    },
    {
      name: 'ftp',
      kind: 'ftp',
      config: { host: '127.0.0.1', port: ftpPort, user: 'ada', tls: 'none' },
      credential: password('ftp password'),
      selection: { path: 'a.csv' },
    },
    {
      name: 'sftp',
      kind: 'sftp',
      config: { host: '127.0.0.1', port: port(rude), user: 'ada' },
      credential: password('sftp password'),
      selection: { path: 'a.csv' },
    },
    {
      name: 'http',
      kind: 'http',
      config: { url: `${echo.origin}/files/`, auth: { type: 'basic' } },
      credential: { username: 'ada', password: secret('http password') },
      selection: { path: 'a.csv' },
    },
    openapi('query', { type: 'apiKey', in: 'query', name: 'key' }, { apiKey: secret('api key in the query') }),
    openapi('header', { type: 'apiKey', in: 'header', name: 'x-key' }, { apiKey: secret('api key in a header') }),
    openapi('basic', { type: 'basic' }, { username: 'ada', password: secret('basic password') }),
    openapi('fails', { type: 'bearer' }, { token: secret('bearer token') }),
    openapi(
      'oauth',
      { type: 'oauth2', tokenUrl: `${echo.origin}/token` },
      { clientId: 'ada', clientSecret: secret('client secret') },
    ),
  ]
}

describe('T12 the whole program, its sources saying back every credential that they are sent', () => {
  it('takes secrets in, uses them, and never shows one', async () => {
    await call('PUT', '/v1/secrets/user/MINE', { value: secret('user secret') })
    await call('PUT', '/v1/secrets/org/OURS', { value: secret('org secret') })
    await call('PUT', '/v1/secrets/org/WAREHOUSE', { value: secret('password of a reference') })
    const snapshots: string[] = []
    for (const { selection, ...connector } of connectors()) {
      const { name, kind, config, credential } = connector
      await call('POST', '/v1/checks', { kind, config, credential })
      const made = await call('POST', '/v1/connectors', connector)
      expect(made.status, `${name}: ${made.text}`).toBe(201)
      await call('POST', `/v1/connectors/${name}/checks`)
      for (const path of ['', '/tables', '/tables/t/rows', '/objects', '/objects/a.csv', '/operations'])
        await call('GET', `/v1/sources/${name}${path}`)
      await call('POST', `/v1/sources/${name}/operations/listThings`, { parameters: {} })
      await call('POST', '/v1/datasources', { name, connector: name, selection })
      await call('POST', `/v1/datasources/${name}/checks`)
      await call('GET', `/v1/datasources/${name}/rows`)
      const snapshot = await call('POST', `/v1/datasources/${name}/snapshots`)
      if (snapshot.status === 202) snapshots.push(snapshot.json.id)
      await call('PUT', `/v1/connectors/${name}`, { config: { ...config, nonsense: 1 }, credential })
    }
    expect(snapshots.length).toBeGreaterThanOrEqual(10)
    for (const id of snapshots) {
      let record = await call('GET', `/v1/snapshots/${id}`)
      for (let tries = 0; tries < 300 && /"state":"(pending|running)"/.test(record.text); tries++) {
        await sleep(100)
        record = await call('GET', `/v1/snapshots/${id}`)
      }
      expect(record.json.state, record.text).toBe('failed')
      await call('GET', `/v1/snapshots/${id}/events`)
    }
    for (const path of ['/v1/connectors', '/v1/secrets', '/v1/audit?limit=1000', '/v1/search?q=postgres'])
      await call('GET', path)

    // S3 signs with its secret key and MySQL and SFTP with theirs: those are never sent.
    const sent = Object.keys(canaries.all).filter((kind) => !/secret$|mysql|sftp|s3 secret/.test(kind))
    expect([...heard]).toEqual(
      expect.arrayContaining([...sent.filter((kind) => kind !== 'client secret'), 'client secret']),
    )
  })

  it('in no reply', () => {
    for (const reply of replies) expect(canaries.leaks(reply), reply.slice(0, 400)).toEqual([])
  })

  it('in nothing that it prints, told to print everything', () => {
    const { out, err } = headgate.said()
    expect(err.length).toBeGreaterThan(1000)
    expect(canaries.leaks(out)).toEqual([])
    expect(canaries.leaks(err)).toEqual([])
  })

  it('in no file that it keeps', async () => {
    const names = (await readdir(data, { recursive: true })).filter((name) => !name.startsWith('postgres'))
    expect(names).toContain('catalog.sqlite')
    for (const name of names) {
      const bytes = await readFile(join(data, name)).catch(() => Buffer.alloc(0))
      expect(canaries.leaks(bytes.toString('latin1')), name).toEqual([])
    }
  })
})
