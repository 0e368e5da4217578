import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Selection } from '../../shared/connectors/postgres/config.ts'
import { Name } from '../../shared/domain/connector.ts'
import { leasesOf } from '../../shared/ports/work-records.ts'
import { leaseConnection } from '../../shared/snapshots/lease-connection.ts'
import { openLeased } from '../../shared/snapshots/open-leased.ts'
import { steadyPace } from '../../shared/snapshots/pace.ts'
import { testPostgres } from '../support/postgres.ts'
import { temporaryFolder } from '../support/world.ts'
import { defineLedger, type LedgerAt, type LedgerWorld, ledgerWorld } from './ledger-world.ts'
import { memoryCatalog } from './memory-ports.ts'
import { makeAccounts } from './transfers.ts'

const server = await testPostgres()
const { signal } = new AbortController()
const pace = { ...steadyPace, leaseMs: 2000 }
const budget = 4

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let world: LedgerWorld

beforeAll(async () => {
  folder = await temporaryFolder()
  const at: LedgerAt = { folder: folder.path, port: server.port, ...server.reader, partitionBytes: 1 << 20 }
  world = ledgerWorld(at)
  await defineLedger(world, at, { budget })
  await makeAccounts(server)
})
afterAll(async () => {
  world.close()
  await folder.dispose()
})

const connector = { uid: 'con_a', budget: 2 }

describe('connections are leased', () => {
  it('64 workers with a budget of 4 are never seen with more than 4 at the server', async () => {
    let [most, isOver] = [0, false]
    const watching = (async () => {
      while (!isOver) {
        const [row] = await server.sql(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'reader'`)
        most = Math.max(most, row!.n as number)
      }
    })()
    const selection = Selection.parse({ table: 'accounts' })
    const datasource = { name: Name.parse('accounts'), connector: Name.parse('bank'), kind: 'postgres', selection }
    let rows = 0
    const work = async () => {
      const opened = await openLeased(world, datasource, { signal, pace })
      try {
        const extract = await opened.connection.extract(opened.selection)
        if (extract.shape === 'rows') for await (const batch of extract.batches) rows += batch.rows
      } finally {
        await opened.close()
      }
    }
    await Promise.all(Array.from({ length: 64 }, work))
    isOver = true
    await watching
    expect(rows).toBe(64 * 4000)
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(budget)
  })

  it('and who dies gives its own back when its time is over, not before', async () => {
    const catalog = memoryCatalog()
    await leaseConnection({ catalog }, connector, { signal, pace })
    // a holder that renews nothing any more
    const until = Date.now() + 300
    await catalog.write([{ create: leasesOf('con_b'), id: '00', value: { holder: 'dead', until } }])
    await leaseConnection({ catalog }, { uid: 'con_b', budget: 1 }, { signal, pace })
    expect(Date.now()).toBeGreaterThanOrEqual(until)
  })

  it('are lost before somebody else can have them, where they cannot be renewed', async () => {
    const catalog = memoryCatalog()
    const unreachable = { ...catalog, write: catalog.write }
    const lease = await leaseConnection({ catalog: unreachable }, connector, { signal, pace })
    unreachable.write = async () => {
      throw new Error('The catalog cannot be reached.')
    }
    await new Promise((resolve) => lease.lost.addEventListener('abort', resolve))
    const [slot] = (await catalog.list(leasesOf('con_a'), { limit: 10 })).entries
    expect(slot!.value.until).toBeGreaterThan(Date.now())
  })

  it('go to who holds a view first, then by priority, a negative one last (A18)', async () => {
    const catalog = memoryCatalog()
    const held = [
      await leaseConnection({ catalog }, connector, { signal, pace }),
      await leaseConnection({ catalog }, connector, { signal, pace }),
    ]
    const order: string[] = []
    const wait = async (name: string, priority?: number) => {
      const holds = name === 'view' ? 'view' : undefined
      const lease = await leaseConnection({ catalog }, connector, { signal, pace, priority, holds })
      order.push(name)
      await lease.release()
    }
    const waiting: Promise<void>[] = []
    const asked = [['last', -1], ['usual'], ['high', 7], ['view'], ['higher', 8]] as const
    for (const [name, priority] of asked) {
      waiting.push(wait(name, priority))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await new Promise((resolve) => setTimeout(resolve, 250))
    await held[0]!.release()
    await Promise.all(waiting)
    expect(order).toEqual(['view', 'higher', 'high', 'usual', 'last'])
    await held[1]!.release()
  })

  it('are left to those who read, however many views are to be held at once', async () => {
    const catalog = memoryCatalog()
    const of = { uid: 'con_d', budget: 3 }
    const lease = (holds?: 'view' | 'relief') => leaseConnection({ catalog }, of, { signal, pace, holds })
    const views: Awaited<ReturnType<typeof lease>>[] = []
    const waiting = Array.from({ length: 6 }, async () => views.push(await lease('view')))
    await expect.poll(() => views.length).toBe(2)
    const reading = await lease()
    await reading.release()
    // who relieves another takes what is left, for as long as both are there
    const relief = await lease('relief')
    expect(views.length).toBe(2)
    await relief.release()
    for (let released = 0; released < 6; released++) {
      await expect.poll(() => views.length).toBeGreaterThan(0)
      await views.shift()!.release()
    }
    await Promise.all(waiting)
  })

  it('are given up by who would wait for too long', async () => {
    const catalog = memoryCatalog()
    await leaseConnection({ catalog }, { uid: 'con_c', budget: 1 }, { signal, pace })
    const waiting = leaseConnection(
      { catalog },
      { uid: 'con_c', budget: 1 },
      { signal, pace: { ...pace, patienceMs: 150 } },
    )
    await expect(waiting).rejects.toMatchObject({ code: 'busy' })
  })
})
