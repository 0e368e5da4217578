import * as z from 'zod'
import { Name, NameOrUid } from '../domain/connector.ts'
import { mostInGroup } from '../domain/group.ts'
import { CatchUp, Overlap, ScheduleRecord, ScheduleTimes } from '../domain/schedule.ts'
import { SnapshotState } from '../domain/snapshot.ts'
import { ToldFault } from '../domain/work.ts'
import { operation, page, paging } from './operation.ts'

const params = z.strictObject({ name: NameOrUid })

const Last = z
  .object({
    due: z.string(),
    snapshot: z.string().nullable().meta({ description: 'Null where the time was passed over.' }),
    state: SnapshotState.nullable(),
    error: ToldFault.nullable().meta({ description: 'Why that has failed.' }),
  })
  .nullable()
  .meta({ description: 'The time that was dealt with last, and what became of it.' })

const words = z.string().meta({ description: 'The schedule as a sentence.' })

const Schedule = ScheduleRecord.extend({
  next: z.array(z.string()).meta({ description: 'The next five times, ISO 8601 with the offset of its zone.' }),
  words,
  warnings: z.array(z.string()).meta({ description: 'What the jumps of the zone’s clock do to it within a year.' }),
  last: Last,
  pausedBy: z.array(Name).meta({
    description: 'Those of its datasources that are paused: no snapshots are taken as long as one is.',
  }),
}).meta({ id: 'Schedule' })

const ListedSchedule = ScheduleRecord.extend({
  next: z.string().nullable().meta({ description: 'Null where it is paused or over.' }),
  words,
  last: Last,
}).meta({ id: 'ListedSchedule' })

export const getSchedule = operation({
  method: 'GET',
  path: '/v1/datasources/{name}/schedule',
  tag: 'Schedules',
  summary: 'Get the schedule of a datasource, with the next five times',
  role: 'editor',
  needs: { catalog: 'read' },
  params,
  reply: Schedule,
  faults: ['not-found'],
})

export const putSchedule = operation({
  method: 'PUT',
  path: '/v1/datasources/{name}/schedule',
  tag: 'Schedules',
  summary:
    'Have snapshots of a datasource taken by a schedule, with those of others as a group, or change it; `paused` stops it for a while',
  role: 'editor',
  needs: { catalog: 'write', schedules: 'set', sources: 'know' },
  params,
  body: z
    .strictObject({
      ...ScheduleTimes.shape,
      with: z
        .array(NameOrUid)
        .max(mostInGroup - 1)
        .default([])
        .meta({ description: 'Other datasources to be taken with it each time, all as of one moment.' }),
      catchUp: CatchUp,
      overlap: Overlap,
      paused: z.boolean().default(false),
    })
    .meta({ id: 'NewSchedule' }),
  reply: Schedule,
  faults: ['not-found', 'conflict', 'precondition-failed', 'not-offered'],
})

export const deleteSchedule = operation({
  method: 'DELETE',
  path: '/v1/datasources/{name}/schedule',
  tag: 'Schedules',
  summary: 'Have snapshots of a datasource taken by hand alone',
  role: 'editor',
  needs: { catalog: 'write', schedules: 'set' },
  params,
  status: 204,
  reply: z.undefined(),
  faults: ['not-found', 'precondition-failed'],
})

export const listSchedules = operation({
  method: 'GET',
  path: '/v1/schedules',
  tag: 'Schedules',
  summary: 'List the schedules, each with its next time and its last one',
  role: 'editor',
  needs: { catalog: 'read' },
  query: z.strictObject({
    ...paging,
    datasource: Name.optional().meta({ description: 'Only those that take the datasource of that name.' }),
  }),
  reply: page(ListedSchedule),
  faults: [],
})
