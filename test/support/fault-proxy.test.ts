import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type FaultProxy, type ProxyFault, startFaultProxy } from './fault-proxy.ts'

describe('the fault proxy', () => {
  let echo: Server
  let proxy: FaultProxy | undefined
  beforeAll(async () => {
    echo = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {}).pipe(socket)).listen(
      0,
      '127.0.0.1',
    )
    await once(echo, 'listening')
  })
  afterEach(() => proxy?.close())
  afterAll(() => echo.close())

  /** Sends the bytes through the proxy, and tells what came back and how it ended. */
  async function roundTrip(bytes: Buffer, fault?: ProxyFault, patienceMs = 5000) {
    proxy = await startFaultProxy({ port: (echo.address() as AddressInfo).port }, fault)
    const socket = connect(proxy.port, '127.0.0.1')
    const begun = performance.now()
    const chunks: Buffer[] = []
    const end = Promise.withResolvers<string>()
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('end', () => end.resolve('end'))
    socket.on('error', (error: NodeJS.ErrnoException) => end.resolve(error.code ?? 'error'))
    const impatience = setTimeout(() => end.resolve('silence'), patienceMs)
    socket.end(bytes)
    const ended = await end.promise
    clearTimeout(impatience)
    socket.destroy()
    return { ended, ms: performance.now() - begun, back: Buffer.concat(chunks), chunks: chunks.length }
  }

  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))

  it('passes everything on without a fault, both ends in order', async () => {
    const { ended, back } = await roundTrip(bytes)
    expect(ended).toBe('end')
    expect(back.equals(bytes)).toBe(true)
  })

  it.each<[string, ProxyFault]>([
    ['late', { is: 'latency', ms: 60 }],
    ['slowly', { is: 'bandwidth', bytesPerSecond: 50_000 }],
    ['with a late end', { is: 'slow-close', ms: 60 }],
    ['in slices', { is: 'slicer', bytes: 200, ms: 2 }],
  ])('passes everything on %s', async (_, fault) => {
    const some = bytes.subarray(0, 5000)
    const { ended, back, ms, chunks } = await roundTrip(some, fault)
    expect(ended).toBe('end')
    expect(back.equals(some)).toBe(true)
    expect(ms).toBeGreaterThan(40)
    if (fault.is === 'slicer') expect(chunks).toBeGreaterThan(10)
  })

  it.each<[ProxyFault, string]>([
    [{ is: 'limit-data', afterBytes: 1000 }, 'end'],
    [{ is: 'timeout', afterBytes: 1000 }, 'silence'],
  ])('passes on no more than it should with %j, and ends in %s', async (fault, how) => {
    const { ended, back } = await roundTrip(bytes, fault, 200)
    expect(ended).toBe(how)
    expect(back.equals(bytes.subarray(0, 1000))).toBe(true)
  })

  it.each<ProxyFault>([{ is: 'reset' }, { is: 'reset', afterBytes: 1000 }, { is: 'reset', to: 'server' }])(
    'resets the connection with %j',
    async (fault) => {
      expect((await roundTrip(bytes, fault)).ended).toMatch(/ECONNRESET|EPIPE/)
    },
  )

  it('lets bytes to the server pass untouched by a fault to the client, and the other way round', async () => {
    expect(
      (await roundTrip(bytes, { is: 'limit-data', to: 'server', afterBytes: 10 })).back.length,
    ).toBeLessThanOrEqual(10)
  })

  it('changes its mind on open connections, and leaves none open in the end', async () => {
    proxy = await startFaultProxy({ port: (echo.address() as AddressInfo).port }, { is: 'timeout', afterBytes: 4 })
    const socket = connect(proxy.port, '127.0.0.1')
    socket.write('four')
    expect(String((await once(socket, 'data'))[0])).toBe('four')
    expect(proxy.open()).toBe(1)
    proxy.set(undefined)
    socket.write('more')
    expect(String((await once(socket, 'data'))[0])).toBe('more')
    await proxy.close()
    await once(socket, 'close')
    expect(proxy.open()).toBe(0)
    proxy = undefined
  })
})
