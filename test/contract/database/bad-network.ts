import { beforeAll, describe, expect, test } from 'vitest'
import { parseAllow } from '../../../shared/adapters/egress/allow.ts'
import { createEgress } from '../../../shared/adapters/egress.ts'
import { Fault } from '../../../shared/domain/faults.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { type ProxyFault, startFaultProxy } from '../../support/fault-proxy.ts'
import type { DatabaseWorld } from './world.ts'

const rows = 50_000
const deadlineMs = 1000

/** Where in a reading a fault begins: bytes to the client. */
const phases = { 'at the greeting': 0, 'within the login': 100, 'within the rows': 500_000 }

const slow: readonly ProxyFault[] = [
  { is: 'latency', ms: 3 },
  { is: 'bandwidth', bytesPerSecond: 20_000_000 },
  { is: 'slow-close', ms: 20 },
  { is: 'slicer', bytes: 30_000 },
]
const broken: readonly ProxyFault[] = [
  { is: 'timeout' },
  { is: 'timeout', to: 'server' },
  { is: 'reset' },
  { is: 'limit-data' },
]

/** `itemsOf`: makes the table `items` of so many rows, of a number and a text of 32 characters. */
export function describeBadNetwork(world: DatabaseWorld, itemsOf: (rows: number) => string): void {
  const { kind, server } = world
  describe(`${kind.kind} through a bad network (R4)`, () => {
    beforeAll(async () => {
      await world.sql(itemsOf(rows))
    })

    /** The rows of the whole table as they were counted, or what was thrown. */
    async function readAll(fault: ProxyFault, signal: AbortSignal): Promise<unknown> {
      const proxy = await startFaultProxy(server, fault)
      const { database, reader } = server
      const config = kind.config.parse({ host: '127.0.0.1', port: proxy.port, database, user: reader.user })
      const credential = new Secret({ password: reader.password })
      const egress = createEgress({ allow: parseAllow(`localhost:${proxy.port}`) })
      const connection = await kind.open({ config, credential, egress, signal })
      try {
        const extract = await connection.extract({ table: 'items' })
        let counted = 0
        if (extract.shape === 'rows') for await (const batch of extract.batches) counted += batch.rows
        return counted
      } catch (thrown) {
        return thrown
      } finally {
        await connection.close()
        await proxy.close()
      }
    }

    const cases = (faults: readonly ProxyFault[]) =>
      Object.entries(phases).flatMap(([phase, afterBytes]) => faults.map((fault) => ({ ...fault, phase, afterBytes })))

    test.each(cases(slow))('gives every row with $is $phase', async ({ phase: _, ...fault }) => {
      expect(await readAll(fault, AbortSignal.timeout(20_000))).toBe(rows)
    })

    // What most of them take is the deadline, each with a proxy of its own.
    test.concurrent.each(cases(broken))('gives a fault in time with $is $phase', async ({ phase: _, ...fault }) => {
      const begun = performance.now()
      const signal = AbortSignal.timeout(deadlineMs)
      const got = await readAll(fault, signal)
      expect(performance.now() - begun).toBeLessThan(deadlineMs + 2000)
      // What a client says to a server is short: that fault may come too late to matter.
      if (fault.to === 'server' && got === rows) return
      expect(got instanceof Fault || got === signal.reason, String(got)).toBe(true)
    })

    test('leaves nothing open at the server', () => expect.poll(world.sessions, { timeout: 10_000 }).toBe(0))
  })
}
