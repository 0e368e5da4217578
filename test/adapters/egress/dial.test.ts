import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type Dial, dialTcp } from '../../../shared/adapters/egress/dial.ts'
import { createEgress } from '../../../shared/adapters/egress.ts'

const lookup = async () => [{ address: '93.184.216.34', family: 4 }]
const failing = (code: string | undefined) => () => Promise.reject(Object.assign(new Error('10.1.2.3:5432'), { code }))

describe('a dial that fails', () => {
  it.each([
    ['ECONNREFUSED', 'source-unreachable', 'The connection was refused.'],
    ['ECONNRESET', 'source-unreachable', 'The connection was reset.'],
    ['EPIPE', 'source-unreachable', 'The connection was reset.'],
    ['EHOSTUNREACH', 'source-unreachable', 'The host cannot be reached.'],
    ['ENETUNREACH', 'source-unreachable', 'The host cannot be reached.'],
    [undefined, 'source-unreachable', 'The host cannot be reached.'],
    ['ETIMEDOUT', 'source-timeout', 'Nobody answered in time.'],
  ])('with %s is %s: %s', async (code, fault, detail) => {
    const egress = createEgress({ allow: [], lookup, dial: failing(code) })
    await expect(egress.connect('a.example', 80)).rejects.toMatchObject({
      code: fault,
      detail,
      hint: expect.any(String),
      cause: expect.objectContaining({ message: '10.1.2.3:5432' }),
    })
  })

  it.each([
    ['ENOTFOUND', 'The host name is not known.'],
    ['EAI_AGAIN', 'The host name could not be looked up.'],
  ])('with %s of the name server is: %s', async (code, detail) => {
    const egress = createEgress({ allow: [], lookup: failing(code) })
    await expect(egress.resolve('a.example', 80)).rejects.toMatchObject({ code: 'source-unreachable', detail })
  })

  it('because the other side hung up at once is a reset', async () => {
    const gone: Dial = async (_, __, signal) => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      const socket = await dialTcp({ address: '127.0.0.1', family: 4 }, (server.address() as AddressInfo).port, signal)
      server.close()
      socket.destroy()
      return socket
    }
    await expect(createEgress({ allow: [], lookup, dial: gone }).connect('a.example', 80)).rejects.toMatchObject({
      detail: 'The connection was reset.',
    })
  })
})

describe('a dial over TCP', () => {
  const address = { address: '127.0.0.1', family: 4 } as const

  it('ends with the reason of a signal that is aborted already', async () => {
    const reason = new Error('too late')
    await expect(dialTcp(address, 1, AbortSignal.abort(reason))).rejects.toBe(reason)
    await expect(dialTcp(address, 1, AbortSignal.abort('words'))).rejects.toMatchObject({ cause: 'words' })
  })

  it('outlives an error that comes before anybody listens', async () => {
    const server = createServer((socket) => setTimeout(() => socket.resetAndDestroy(), 20)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const socket = await dialTcp(address, port, new AbortController().signal)
    await new Promise((resolve) => socket.once('close', resolve))
    expect(socket.destroyed).toBe(true)
    server.close()
  })
})
