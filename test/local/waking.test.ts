import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { holdDataFolder } from '../../local/data-folder.ts'
import { makeWorld, openStores } from '../../local/world.ts'
import { parseAllow } from '../../shared/adapters/egress/allow.ts'
import { Name } from '../../shared/domain/connector.ts'
import type { EventRecord } from '../../shared/domain/event.ts'
import { Secret } from '../../shared/domain/secret.ts'
import { datasources, snapshotsOf } from '../../shared/ports/dataset-records.ts'
import { webhookSecretId, webhooks } from '../../shared/ports/event-records.ts'
import { scheduleStates, schedules } from '../../shared/ports/schedule-records.ts'
import { labDatasource } from '../snapshots/lab-source.ts'
import { type Answered, type HttpServer, serveHttp } from '../support/http-server.ts'
import { temporaryFolder } from '../support/world.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let receiver: HttpServer
let answer: () => Answered

beforeEach(async () => {
  folder = await temporaryFolder()
  answer = () => ({ status: 204 })
  receiver = await serveHttp(() => answer())
})
afterEach(async () => {
  await receiver.stop()
  await folder.dispose()
})

/** A process that works on the folder until it is stopped. */
async function begin() {
  const held = await holdDataFolder(join(folder.path, 'data'))
  const stores = await openStores(held, 'http://127.0.0.1:1')
  const world = makeWorld(stores, { allow: parseAllow(new URL(receiver.origin).host), log: () => {} })
  return {
    world,
    async stop() {
      await world.schedules.stop()
      await world.runs.stop()
      stores.close()
      held.release()
    },
  }
}

const hour = 3_600_000
const iso = (ms: number) => new Date(ms).toISOString()

it('makes up for what came due while nobody was there, and tells what became of it, also after a restart', async () => {
  const first = await begin()
  const now = Date.now()
  const times = { every: '1h', from: iso(now - 10 * hour - 60_000), timeZone: 'UTC' }
  const schedule = {
    ...times,
    uid: 'sch_one',
    datasource: Name.parse('numbers'),
    catchUp: 'last' as const,
    overlap: 'skip' as const,
    paused: false,
    created: iso(now),
    updated: iso(now),
    createdBy: 'ada',
    updatedBy: 'ada',
  }
  const hook = {
    id: 'whk_here',
    title: 'here',
    url: `${receiver.origin}/hook`,
    events: null,
    datasources: null,
    created: iso(now),
    createdBy: 'ada',
  }
  await first.world.secrets.put(webhookSecretId(hook.id), new Secret('a secret of a receiver'))
  await first.world.catalog.write([
    { create: datasources, id: 'numbers', value: labDatasource() },
    { create: schedules, id: 'numbers', value: schedule },
    { create: scheduleStates, id: 'numbers', value: { until: iso(now - 5 * hour), last: null, going: [], waiting: 0 } },
    { create: webhooks, id: hook.id, value: hook },
  ])
  answer = () => ({ status: 503 })
  await first.world.schedules.resume()
  // its connector is not there: the snapshot fails, and that is told
  await expect.poll(() => receiver.seen.length).toBeGreaterThanOrEqual(2)
  const { entries } = await first.world.catalog.list(snapshotsOf('numbers'), { limit: 10 })
  expect(entries.map(({ value }) => [value.state, value.due])).toEqual([
    ['failed', iso(Date.parse(times.from) + 10 * hour)],
  ])
  expect(first.world.schedules.pending().get('numbers')).toBe(Date.parse(times.from) + 11 * hour)
  await first.stop()

  const sent = receiver.seen.length
  answer = () => ({ status: 204 })
  const second = await begin()
  await second.world.schedules.resume()
  expect(second.world.schedules.pending().get('numbers')).toBe(Date.parse(times.from) + 11 * hour)
  await expect.poll(() => receiver.seen.length, { timeout: 20_000 }).toBe(sent + 2)
  const again = receiver.seen.slice(sent).map(({ body }) => JSON.parse(body) as EventRecord)
  expect(again.map(({ type }) => type).sort()).toEqual(['schedule.late', 'snapshot.failed'])
  expect((await second.world.catalog.list(snapshotsOf('numbers'), { limit: 10 })).entries).toHaveLength(1)
  const lines = (await readFile(join(folder.path, 'data', 'events.ndjson'), 'utf8')).trim().split('\n')
  expect(lines.map((line) => JSON.parse(line).type)).toEqual(['schedule.late', 'snapshot.failed'])
  await second.stop()
})
