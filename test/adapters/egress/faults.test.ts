import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseAllow } from '../../../shared/adapters/egress/allow.ts'
import { createEgress } from '../../../shared/adapters/egress.ts'
import { Fault } from '../../../shared/domain/faults.ts'
import { type FaultProxy, type ProxyFault, startFaultProxy } from '../../support/fault-proxy.ts'

const text = 'All of it. '.repeat(4000)
const deadlineMs = 400

/** Where in the exchange a fault begins: bytes to the client. */
const phases = { 'before the answer': 0, 'within the headers': 60, 'within the body': 20_000 }

const faults: readonly ProxyFault[] = [
  { is: 'latency', ms: 5 },
  { is: 'bandwidth', bytesPerSecond: 1_000_000 },
  { is: 'slow-close', ms: 20 },
  { is: 'slicer', bytes: 4000 },
  { is: 'timeout' },
  { is: 'reset' },
  { is: 'limit-data' },
]

describe('fetch through a bad network (R4)', { timeout: 30_000 }, () => {
  let server: Server
  let proxy: FaultProxy | undefined
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/length') response.setHeader('content-length', text.length)
      response.write(text.slice(0, 100))
      response.end(text.slice(100))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => proxy?.close())
  afterAll(() => server.close())

  it.each(
    ['/length', '/chunked'].flatMap((path) =>
      Object.entries(phases).flatMap(([phase, afterBytes]) =>
        faults.map((fault) => ({ path, phase, afterBytes, fault })),
      ),
    ),
  )('gives all of $path or a fault, in time, with $fault.is $phase', async ({ path, afterBytes, fault }) => {
    proxy = await startFaultProxy({ port: (server.address() as AddressInfo).port }, { ...fault, afterBytes })
    const egress = createEgress({ allow: parseAllow('localhost:*'), idleTimeoutMs: deadlineMs })
    const begun = performance.now()
    const got = await egress
      .fetch(new URL(`http://127.0.0.1:${proxy.port}${path}`))
      .then((response) => response.text())
      .catch((thrown: unknown) => thrown)
    expect(performance.now() - begun).toBeLessThan(deadlineMs + 2000)
    if (['timeout', 'reset', 'limit-data'].includes(fault.is)) {
      expect(got).toBeInstanceOf(Fault)
      expect((got as Fault).code).toBe(fault.is === 'timeout' ? 'source-timeout' : 'source-failed')
    } else expect(got).toBe(text)
  })
})
