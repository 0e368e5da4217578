import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { parseAllow } from '../../../shared/adapters/egress/allow.ts'
import { createEgress } from '../../../shared/adapters/egress.ts'
import kind from '../../../shared/connectors/mysql/kind.ts'
import { Fault } from '../../../shared/domain/faults.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { type FaultProxy, type ProxyFault, startFaultProxy } from '../../support/fault-proxy.ts'
import { describeMariadb } from '../../support/mariadb.ts'

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

describeMariadb('mysql through a bad network (R4)', (server) => {
  let proxy: FaultProxy
  beforeAll(async () => {
    await server.sql(`CREATE TABLE items AS SELECT seq AS id, md5(seq) AS text FROM seq_1_to_${rows}`)
    proxy = await startFaultProxy(server)
  })
  afterEach(async () => {
    proxy.set(undefined)
    await expect.poll(openAtSource, { timeout: 10_000 }).toBe(0)
  })
  afterAll(() => proxy.close())

  async function openAtSource(): Promise<unknown> {
    const [row] = await server.sql(`SELECT count(*) FROM information_schema.PROCESSLIST WHERE USER = 'reader'`)
    return Number(row![0])
  }

  /** The rows of the whole table as they were counted, or what was thrown. */
  async function readAll(signal: AbortSignal): Promise<unknown> {
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
    }
  }

  const cases = (faults: readonly ProxyFault[]) =>
    Object.entries(phases).flatMap(([phase, afterBytes]) => faults.map((fault) => ({ ...fault, phase, afterBytes })))

  it.each(cases(slow))('gives every row with $is $phase', async ({ phase: _, ...fault }) => {
    proxy.set(fault)
    expect(await readAll(AbortSignal.timeout(20_000))).toBe(rows)
  })

  it.each(cases(broken))('gives a fault in time with $is $phase', async ({ phase: _, ...fault }) => {
    proxy.set(fault)
    const begun = performance.now()
    const signal = AbortSignal.timeout(deadlineMs)
    const got = await readAll(signal)
    expect(performance.now() - begun).toBeLessThan(deadlineMs + 2000)
    // What a client says to a server is short: that fault may come too late to matter.
    if (fault.to === 'server' && got === rows) return
    expect(got instanceof Fault || got === signal.reason, String(got)).toBe(true)
  })
})
