import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { awsSchedules } from '../../shared/adapters/aws/schedules.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'

export const schedules = lazily(() =>
  awsSchedules({
    client: new SchedulerClient({}),
    group: env('HEADGATE_SCHEDULES'),
    target: env('HEADGATE_WAKER'),
    deliverer: env('HEADGATE_DELIVERER'),
    role: env('HEADGATE_SCHEDULES_ROLE'),
  }),
)
