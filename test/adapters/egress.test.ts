import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllow } from '../../shared/adapters/egress/allow.ts'
import { type Dial, dialTcp, type Lookup } from '../../shared/adapters/egress/dial.ts'
import { createEgress } from '../../shared/adapters/egress.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { forbiddenHosts } from '../support/forbidden-hosts.ts'

/** Records where dials would go; only the given loopback port is really dialled, so that nothing leaves the machine. */
function dialRecorder(realPort = 0) {
  const dialled: string[] = []
  const dial: Dial = (address, port, signal) => {
    if (address.address === '127.0.0.1' && port === realPort) return dialTcp(address, port, signal)
    dialled.push(`${address.address} ${port}`)
    return Promise.reject(Object.assign(new Error('recorded'), { code: 'ECONNREFUSED' }))
  }
  return { dial, dialled }
}

const answering =
  (...addresses: string[]): Lookup =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
const publicAddress = '93.184.216.34'
const everyPrivateNetwork = parseAllow('0.0.0.0/0:* [::/0]:*')

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no fault',
    (thrown) => (thrown instanceof Fault ? thrown.code : thrown),
  )

describe('the forbidden hosts of every spelling (T1, S1)', () => {
  const hosts = forbiddenHosts()
  let server: Server
  let port: number

  beforeAll(async () => {
    server = createServer((request, response) => {
      const asked = new URL(request.url!, 'http://localhost').searchParams
      response.writeHead(Number(asked.get('code')), { location: asked.get('to')! }).end()
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => server.close())

  it('are more than 400', () => {
    expect(hosts.length).toBeGreaterThanOrEqual(400)
  })

  it.each(['connect', 'resolve'] as const)(
    'are not dialled by %s, whatever a resolver makes of them',
    async (entry) => {
      const recorder = dialRecorder()
      // What getaddrinfo would answer to a spelling that only it reads as an address.
      const egress = createEgress({ allow: [], dial: recorder.dial, lookup: answering('127.0.0.1') })
      for (const host of hosts) {
        const code = await codeOf(egress[entry](decodeURIComponent(host), 80))
        expect(code, host).toBe('address-not-allowed')
        expect(await codeOf(egress[entry](host.replace(/^\[|\]$/g, ''), 80)), host).toBe('address-not-allowed')
      }
      expect(recorder.dialled).toEqual([])
    },
  )

  it.each(['http', 'https'])('are not dialled by fetch of %s', async (scheme) => {
    const recorder = dialRecorder()
    const egress = createEgress({ allow: [], dial: recorder.dial, lookup: answering('127.0.0.1') })
    for (const host of hosts)
      for (const path of ['/', ':8080/latest/meta-data/?x#y']) {
        const url = URL.parse(`${scheme}://${host}${path}`)
        if (url !== null) expect(await codeOf(egress.fetch(url)), url.href).toBe('address-not-allowed')
      }
    expect(recorder.dialled).toEqual([])
  })

  it.each([301, 302, 303, 307, 308])('are not dialled where a %i leads to them (T3)', async (code) => {
    const recorder = dialRecorder(port)
    const egress = createEgress({
      allow: parseAllow(`127.0.0.1:${port}`),
      dial: recorder.dial,
      lookup: answering('127.0.0.1'),
    })
    const codes: unknown[] = []
    for (const host of hosts) {
      const to = encodeURIComponent(encodeURI(`http://${host}/`).replace('%5B', '[').replace('%5D', ']'))
      const url = new URL(`http://127.0.0.1:${port}/?code=${code}&to=${to}`)
      codes.push(await codeOf(egress.fetch(url, { redirect: 'follow' })))
    }
    // What is no URL at all is the server's mistake.
    expect(new Set(codes)).toEqual(new Set(['address-not-allowed', 'source-failed']))
    expect(codes.filter((c) => c === 'address-not-allowed').length).toBeGreaterThanOrEqual(400)
    expect(recorder.dialled).toEqual([])
  })

  it('are dialled only where they are private, even by rules as wide as the internet', async () => {
    const recorder = dialRecorder()
    const egress = createEgress({ allow: everyPrivateNetwork, dial: recorder.dial, lookup: answering('127.0.0.1') })
    for (const host of hosts) await codeOf(egress.connect(decodeURIComponent(host), 80))
    expect([...new Set(recorder.dialled)].sort()).toEqual(
      ['10.0.0.1 80', '172.16.0.1 80', '192.168.1.1 80', 'fc00::1 80', 'fd00::1 80'].sort(),
    )
  })
})

describe('answers of a name server', () => {
  it.each([
    [[publicAddress, '127.0.0.1']],
    [[publicAddress, '::1']],
    [['2606:4700::1111', '10.0.0.1']],
    [[publicAddress, '2606:4700::1111', '::ffff:169.254.169.254']],
    [[publicAddress, '::7f00:1']],
    [[publicAddress, 'not an address']],
    [[publicAddress, 'fe80::1%eth0']],
  ])('%j are refused as one', async (addresses) => {
    const recorder = dialRecorder()
    const egress = createEgress({ allow: [], dial: recorder.dial, lookup: answering(...addresses) })
    expect(await codeOf(egress.connect('mixed.example', 5432))).toBe('address-not-allowed')
    expect(recorder.dialled).toEqual([])
  })

  it('that flip between public and private lead to no private dial in 1,000 runs (T2)', async () => {
    const recorder = dialRecorder()
    let asked = 0
    const lookup: Lookup = (name) => answering(asked++ % 2 === 0 ? publicAddress : '127.0.0.1')(name)
    const egress = createEgress({ allow: [], dial: recorder.dial, lookup })
    const codes = new Map<unknown, number>()
    for (let run = 0; run < 1000; run++) {
      const entry = run % 3 === 0 ? egress.fetch(new URL('http://flip.example/')) : egress.connect('flip.example', 80)
      const code = await codeOf(entry)
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }
    expect(asked).toBe(1000)
    expect([...new Set(recorder.dialled)]).toEqual([`${publicAddress} 80`])
    expect(codes).toEqual(
      new Map([
        ['source-unreachable', 500],
        ['address-not-allowed', 500],
      ]),
    )
  })

  it('are tried in turn, and an address mapped into IPv6 is dialled as what it is', async () => {
    const recorder = dialRecorder()
    const egress = createEgress({
      allow: [],
      dial: recorder.dial,
      lookup: answering('2606:4700::1111', '::ffff:93.184.216.34'),
    })
    await expect(egress.connect('both.example', 443)).rejects.toMatchObject({ code: 'source-unreachable' })
    expect(recorder.dialled).toEqual(['2606:4700::1111 443', `${publicAddress} 443`])
  })

  it('are asked for under the ASCII form of a name', async () => {
    const asked: string[] = []
    const lookup: Lookup = (name) => {
      asked.push(name)
      return answering(publicAddress)(name)
    }
    await createEgress({ allow: [], lookup }).resolve('Bücher.example.', 80)
    expect(asked).toEqual(['xn--bcher-kva.example'])
  })

  it('that are none are an unknown host', async () => {
    const egress = createEgress({ allow: [], lookup: answering() })
    await expect(egress.resolve('none.example', 80)).rejects.toMatchObject({ code: 'source-unreachable' })
  })

  it('are given by resolve, each judged', async () => {
    const egress = createEgress({ allow: parseAllow('db.internal:5432'), lookup: answering('10.1.2.3', publicAddress) })
    expect(await egress.resolve('DB.Internal.', 5432)).toEqual([
      { address: '10.1.2.3', family: 4 },
      { address: publicAddress, family: 4 },
    ])
    await expect(egress.resolve('db.internal', 5433)).rejects.toMatchObject({ code: 'address-not-allowed' })
    await expect(egress.resolve('other.internal', 5432)).rejects.toMatchObject({ code: 'address-not-allowed' })
  })
})

describe('the Lambda runtime', () => {
  it.each(['127.0.0.1:9001', '169.254.100.1:9001', 'localhost:9001', '10.9.8.7:9001'])(
    'at %s is not dialled, whatever the rules',
    async (runtimeApi) => {
      const recorder = dialRecorder()
      const allow = parseAllow('127.0.0.0/8:* [::1]:* 10.0.0.0/8:* localhost:*')
      const egress = createEgress({ allow, dial: recorder.dial, runtimeApi })
      const host = runtimeApi.split(':')[0]!
      expect(await codeOf(egress.connect(host, 9001))).toBe('address-not-allowed')
      const alias = host.startsWith('1') && !host.startsWith('127') ? host : '127.9.9.9'
      expect(await codeOf(egress.connect(alias, 9001))).toBe('address-not-allowed')
      expect(recorder.dialled).toEqual([])
    },
  )
})

describe('a refusal', () => {
  it('has the same words whatever the reason', async () => {
    const egress = createEgress({ allow: [], lookup: answering('10.0.0.1') })
    const faults = await Promise.all(
      ['127.1', '127.0.0.1', '169.254.169.254', 'private.example', 'not a host', ''].map((host) =>
        egress.connect(host, 80).catch((fault: Fault) => fault),
      ),
    )
    const words = faults.map((fault) => [(fault as Fault).code, (fault as Fault).detail, (fault as Fault).hint])
    expect(new Set(words.map((w) => JSON.stringify(w))).size).toBe(1)
    expect((faults[0] as Fault).hint).toContain('HEADGATE_ALLOW')
  })

  it('comes too for a port that is none', async () => {
    const egress = createEgress({ allow: everyPrivateNetwork, lookup: answering('10.0.0.1') })
    for (const port of [0, -1, 65_536, 1.5, Number.NaN])
      expect(await codeOf(egress.connect('x.example', port))).toBe('address-not-allowed')
  })
})

describe('a dial', () => {
  it('to another address than was judged is found out, and the socket closed', async () => {
    const server = createTcpServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const closed = Promise.withResolvers<void>()
    const astray: Dial = async (_, __, signal) => {
      const socket = await dialTcp({ address: '127.0.0.1', family: 4 }, port, signal)
      socket.once('close', () => closed.resolve())
      return socket
    }
    const egress = createEgress({ allow: [], dial: astray, lookup: answering(publicAddress) })
    await expect(egress.connect('astray.example', 80)).rejects.toMatchObject({ code: 'address-not-allowed' })
    await closed.promise
    server.close()
  })

  it('gives a connected socket that both sides can use', async () => {
    const server = createTcpServer((socket) => socket.end('hello')).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const egress = createEgress({ allow: parseAllow(`localhost:${port}`) })
    const socket = await egress.connect('localhost', port)
    let text = ''
    for await (const chunk of socket) text += chunk
    expect(text).toBe('hello')
    server.close()
  })

  it('to a closed port, an unknown name and a silent host have their own words', async () => {
    const server = createTcpServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    const allow = parseAllow(`127.0.0.1:${port}`)
    await expect(createEgress({ allow }).connect('127.0.0.1', port)).rejects.toMatchObject({
      code: 'source-unreachable',
      detail: 'The connection was refused.',
    })
    const unknown: Lookup = () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }))
    await expect(createEgress({ allow, lookup: unknown }).connect('none.example', 80)).rejects.toMatchObject({
      code: 'source-unreachable',
      detail: 'The host name is not known.',
    })
    const silent = createEgress({ allow, lookup: answering(publicAddress, '1.1.1.1'), dial: silence, timeoutMs: 40 })
    await expect(silent.connect('silent.example', 80)).rejects.toMatchObject({ code: 'source-timeout' })
    const mute = createEgress({ allow, lookup: () => new Promise(() => {}), timeoutMs: 40 })
    await expect(mute.connect('mute.example', 80)).rejects.toMatchObject({ code: 'source-timeout' })
  })

  it('of a silent address leaves time for the next', async () => {
    const dial: Dial = (address, port, signal) =>
      address.address === '1.1.1.1' ? Promise.reject(new Error('second')) : silence(address, port, signal)
    const egress = createEgress({ allow: [], lookup: answering(publicAddress, '1.1.1.1'), dial, timeoutMs: 200 })
    await expect(egress.connect('half.example', 80)).rejects.toMatchObject({ code: 'source-unreachable' })
  })

  it('ends when its signal is aborted, with the reason of the signal', async () => {
    const reason = new Error('the caller left')
    const dialled: string[] = []
    const dial: Dial = (address, port, signal) => {
      dialled.push(address.address)
      return silence(address, port, signal)
    }
    const egress = createEgress({ allow: [], lookup: answering(publicAddress, '1.1.1.1'), dial })
    const abort = new AbortController()
    const dialling = egress.connect('slow.example', 80, abort.signal)
    setTimeout(() => abort.abort(reason), 10)
    await expect(dialling).rejects.toBe(reason)
    expect(dialled).toEqual([publicAddress])
    await expect(egress.connect('slow.example', 80, abort.signal)).rejects.toBe(reason)
    const mute = createEgress({ allow: [], lookup: () => new Promise(() => {}) })
    const later = new AbortController()
    setTimeout(() => later.abort(reason), 10)
    await expect(mute.resolve('slow.example', 80, later.signal)).rejects.toBe(reason)
  })
})

/** A host that drops every packet. */
const silence: Dial = (_, __, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
