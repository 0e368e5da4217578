import { afterAll, beforeAll, expect, it } from 'vitest'
import { awsCatalog } from '../../shared/adapters/aws/catalog.ts'
import type { Change } from '../../shared/ports/catalog.ts'
import { scheduleStates } from '../../shared/ports/schedule-records.ts'
import { wakeSchedule } from '../../shared/schedules/wake-schedule.ts'
import { steadyPace } from '../../shared/snapshots/pace.ts'
import { dynamoClient, makeTable } from '../support/aws.ts'
import { dynoxide } from '../support/dynoxide.ts'
import { describeOn } from '../support/emulator.ts'
import type { Running } from '../support/process.ts'
import { localWorld } from '../support/world.ts'
import { labPlatform } from '../usecases/lab-platform.ts'

const names = Array.from({ length: 16 }, (_, i) => `table-${i}`) as [string, ...string[]]

describeOn(dynoxide, 'groups of sixteen', () => {
  let server: Running
  beforeAll(async () => {
    server = await dynoxide.start()
  }, 60_000)
  afterAll(() => server?.stop())

  /** The platform over a table of DynamoDB, and the largest write that was made: its changes, and their bytes. */
  async function platformOn() {
    const client = dynamoClient(server.endpoint)
    const catalog = awsCatalog({ client, table: await makeTable(client) })
    const disk = await localWorld()
    const largest = { changes: 0, bytes: 0 }
    const write = async (changes: readonly Change[]) => {
      await catalog.write(changes)
      largest.changes = Math.max(largest.changes, changes.length)
      largest.bytes = Math.max(
        largest.bytes,
        JSON.stringify(changes.map((each) => ('value' in each ? each.value : null))).length,
      )
    }
    const dispose = async () => {
      client.destroy()
      await disk.dispose()
    }
    const platform = await labPlatform({ ...disk, catalog: { ...catalog, write }, dispose })
    platform.pace.heartbeatMs = steadyPace.heartbeatMs
    for (const name of names) await platform.define({ name })
    return { platform, largest }
  }

  it('are asked for, scheduled and published by one transaction each, whatever is told of their columns', async () => {
    const { platform, largest } = await platformOn()
    const published = async (id: string, version: number) => {
      const { state, snapshots } = (await platform.call('getGroup', { params: { id } })).body
      expect(snapshots[0].error).toBeNull()
      expect([state, new Set(snapshots.map((each: { version: number }) => each.version))]).toEqual([
        'done',
        new Set([version]),
      ])
    }
    const first = (await platform.call('createGroup', { body: { datasources: names } })).body
    await platform.idle()
    await published(first.id, 1)

    // every column is another one, and names are longer than those of any database
    platform.lab.schema = platform.lab.schema.map((field) => ({ ...field, name: `${field.name}${'s'.repeat(5000)}` }))
    const [leader, ...others] = names
    const named = { params: { name: leader } }
    await platform.call('putSchedule', { ...named, body: { every: '1h', with: others } })
    const { value, revision } = (await platform.world.catalog.get(scheduleStates, leader))!
    const until = new Date(Date.now() - 3_600_000).toISOString()
    await platform.world.catalog.write([{ replace: scheduleStates, id: leader, value: { ...value, until }, revision }])
    await wakeSchedule(platform.world, leader)
    await platform.idle()
    const { last } = (await platform.call('getSchedule', named)).body
    await published((await platform.call('getSnapshot', { params: { id: last.snapshot } })).body.group, 2)
    expect(largest.changes).toBeGreaterThan(16 * 4)
    expect(largest.changes).toBeLessThanOrEqual(100)
    expect(largest.bytes).toBeGreaterThan(500_000)
    await platform.dispose()
  }, 60_000)
})
