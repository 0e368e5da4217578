import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { deliveriesId } from '../../ports/events.ts'
import type { Schedules } from '../../ports/schedules.ts'
import { awsFault, errorName } from './faults.ts'

export interface AwsSchedulesOptions {
  readonly client: SchedulerClient
  readonly group: string
  /** The ARN of the function that is invoked with `{ id }`, and of the one for deliveries. */
  readonly target: string
  readonly deliverer: string
  /** The ARN of the role by which EventBridge Scheduler invokes it. */
  readonly role: string
}

/** So far ahead is soon, milliseconds: a time that is over may never come. */
const soonMs = 5000

/**
 * Wakes by a one-time schedule of EventBridge Scheduler for each id, which comes within 60 seconds of its time and at
 * least once. It stays when it is over: were it deleted then, the deletion could hit the next one of its name.
 */
export const awsSchedules = ({ client, group, target, deliverer, role }: AwsSchedulesOptions): Schedules => ({
  async set(id, at) {
    const second = new Date(Math.ceil(Math.max(at, Date.now() + soonMs) / 1000) * 1000)
    const schedule = {
      Name: id,
      GroupName: group,
      ScheduleExpression: `at(${second.toISOString().slice(0, 19)})`,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' as const },
      Target: {
        Arn: id === deliveriesId ? deliverer : target,
        RoleArn: role,
        Input: JSON.stringify({ id }),
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600 },
      },
    }
    try {
      await client.send(new UpdateScheduleCommand(schedule))
    } catch (thrown) {
      if (errorName(thrown) !== 'ResourceNotFoundException') throw awsFault('EventBridge Scheduler', thrown)
      await client.send(new CreateScheduleCommand(schedule)).catch(async (refused) => {
        if (errorName(refused) !== 'ConflictException') throw awsFault('EventBridge Scheduler', refused)
        await client.send(new UpdateScheduleCommand(schedule)).catch(asFault)
      })
    }
  },

  async clear(id) {
    try {
      await client.send(new DeleteScheduleCommand({ Name: id, GroupName: group }))
    } catch (thrown) {
      if (errorName(thrown) !== 'ResourceNotFoundException') throw awsFault('EventBridge Scheduler', thrown)
    }
  },
})

const asFault = (thrown: unknown): never => {
  throw awsFault('EventBridge Scheduler', thrown)
}
