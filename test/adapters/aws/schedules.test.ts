import { randomUUID } from 'node:crypto'
import {
  CreateScheduleGroupCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler'
import { expect, it } from 'vitest'
import { awsSchedules } from '../../../shared/adapters/aws/schedules.ts'
import { deliveriesId } from '../../../shared/ports/events.ts'
import { schedulesContract } from '../../contract/schedules.ts'
import { local } from '../../support/aws.ts'
import { describeOn } from '../../support/emulator.ts'
import { moto } from '../../support/moto.ts'

const target = 'arn:aws:lambda:eu-central-1:123456789012:function:Headgate-wake'
const deliverer = 'arn:aws:lambda:eu-central-1:123456789012:function:Headgate-deliver'
const role = 'arn:aws:iam::123456789012:role/headgate'

describeOn(moto, 'EventBridge Scheduler', (endpoint) => {
  const make = async () => {
    const client = new SchedulerClient(local(endpoint()))
    const group = `headgate-${randomUUID()}`
    await client.send(new CreateScheduleGroupCommand({ Name: group }))
    const read = (Name: string) => client.send(new GetScheduleCommand({ GroupName: group, Name }))
    return {
      schedules: awsSchedules({ client, group, target, deliverer, role }),
      read,
      async pending() {
        const { Schedules = [] } = await client.send(new ListSchedulesCommand({ GroupName: group }))
        const set = new Map<string, number>()
        for (const { Name } of Schedules) {
          const [, at] = /^at\((.*)\)$/.exec((await read(Name!)).ScheduleExpression!)!
          set.set(Name!, Date.parse(`${at}Z`))
        }
        return set
      },
      dispose: async () => client.destroy(),
    }
  }
  schedulesContract('EventBridge Scheduler on moto', make)

  it('invokes the function of the id, by the one role, at the time and not around it', async () => {
    const { schedules, read, dispose } = await make()
    await schedules.set('flights', Date.parse('2030-03-31T01:00:00Z'))
    expect(await read('flights')).toMatchObject({
      ScheduleExpression: 'at(2030-03-31T01:00:00)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: target, RoleArn: role, Input: '{"id":"flights"}' },
    })
    await schedules.set(deliveriesId, Date.now() + 60_000)
    expect((await read(deliveriesId)).Target).toMatchObject({ Arn: deliverer, RoleArn: role })
    await dispose()
  })

  it('comes soon where the time is over', async () => {
    const { schedules, pending, dispose } = await make()
    const before = Date.now()
    await schedules.set('flights', before - 86_400_000)
    const at = (await pending()).get('flights')!
    expect(at).toBeGreaterThan(before)
    expect(at).toBeLessThan(Date.now() + 10_000)
    await dispose()
  })

  it('is busy where the service cannot answer, and broken where it refuses', async () => {
    const client = new SchedulerClient({ ...local('http://127.0.0.1:1'), maxAttempts: 1 })
    const schedules = awsSchedules({ client, group: 'none', target, deliverer, role })
    await expect(schedules.set('flights', 0)).rejects.toMatchObject({ code: 'busy' })
    const refused = new SchedulerClient({ ...local(endpoint()), maxAttempts: 1 })
    refused.middlewareStack.add(
      () => async () => {
        throw Object.assign(new Error('no'), { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } })
      },
      { step: 'deserialize', name: 'refuse' },
    )
    const denied = awsSchedules({ client: refused, group: 'none', target, deliverer, role })
    await expect(denied.set('flights', 0)).rejects.toMatchObject({ code: 'internal' })
    await expect(denied.clear('flights')).rejects.toMatchObject({ code: 'internal' })
  })
})
