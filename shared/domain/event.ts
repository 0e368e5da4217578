import * as z from 'zod'
import { Name } from './connector.ts'

/**
 * What happened: a snapshot has ended (`drifted`: published with other columns than before), an export has, a schedule was
 * noticed too late, or another version of a dataset is read now.
 */
export const eventTypes = [
  'snapshot.succeeded',
  'snapshot.failed',
  'snapshot.skipped',
  'snapshot.cancelled',
  'snapshot.drifted',
  'export.succeeded',
  'export.failed',
  'export.cancelled',
  'schedule.late',
  'dataset.changed',
] as const
export const EventType = z.enum(eventTypes)
export type EventType = z.infer<typeof EventType>

/** Something that happened, told at least once: who is told twice knows it by its id. */
export const EventRecord = z
  .object({
    id: z.string().meta({ description: 'Sorts by time.' }),
    type: EventType,
    at: z.string(),
    datasource: Name.meta({ description: 'The datasource, or the dataset of that name.' }),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' })
export type EventRecord = z.infer<typeof EventRecord>

/** A receiver of events. Its secret is kept elsewhere, under its id. */
export const WebhookRecord = z.object({
  id: z.string(),
  title: z.string(),
  url: z.string(),
  events: z.array(EventType).nullable().meta({ description: 'The types that it is told of; null: all.' }),
  datasources: z.array(Name).nullable().meta({ description: 'The datasources whose events it is told; null: all.' }),
  created: z.string(),
  createdBy: z.string(),
})
export type WebhookRecord = z.infer<typeof WebhookRecord>

export const deliveryStates = ['pending', 'delivered', 'failed'] as const

/** What became of telling a receiver of an event. */
export const DeliveryRecord = z
  .object({
    webhook: z.string(),
    event: EventRecord,
    state: z.enum(deliveryStates),
    tries: z.int(),
    next: z.string().nullable().meta({ description: 'When it is tried again.' }),
    last: z
      .object({
        at: z.string(),
        status: z.int().nullable().meta({ description: 'Of the answer; null where none came.' }),
        detail: z.string(),
      })
      .nullable(),
  })
  .meta({ id: 'Delivery' })
export type DeliveryRecord = z.infer<typeof DeliveryRecord>
