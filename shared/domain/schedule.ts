import * as z from 'zod'
import { Name } from './connector.ts'
import { mostInGroup } from './group.ts'
import { isZone } from './zone.ts'

/** What of missed times is made up for: nothing, the last one, or each of them (the newest 24). */
export const catchUps = ['none', 'last', 'all'] as const

/** What happens where the snapshot before still runs: none is taken, it waits its turn, the one before is cancelled. */
export const overlaps = ['skip', 'queue', 'replace'] as const

/** When snapshots are taken. Exactly one of `every`, `cron` and `at` is there: `timesOf` asks. */
export const ScheduleTimes = z.object({
  every: z
    .string()
    .regex(/^([1-9]\d{0,3}[mhdw]|hourly|daily|weekly)$/, 'must be like 15m, 2h, 1d or 1w, or hourly, daily or weekly')
    .optional()
    .meta({
      description: 'Minutes and hours are counted as they pass; days and weeks keep the time of day of `from`.',
      examples: ['15m', 'daily'],
    }),
  cron: z
    .string()
    .trim()
    .min(9)
    .max(200)
    .optional()
    .meta({
      description: 'Five fields: minute, hour, day of the month, month, weekday; weekdays by their names.',
      examples: ['30 2 * * MON-FRI'],
    }),
  at: z
    .string()
    .regex(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$/,
      'must be like 2026-03-29T02:30, with or without zone',
    )
    .optional()
    .meta({ description: 'Once. Without an offset: by the clock of `timeZone`.' }),
  from: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'Of `every`: the first time, from which it is counted; without it, when it was saved.' }),
  timeZone: z
    .string()
    .min(1)
    .max(64)
    .refine(isZone, 'must be a zone like Europe/Berlin')
    .default('UTC')
    .meta({
      description: 'Of the IANA database.',
      examples: ['Europe/Berlin'],
    }),
})
export type ScheduleTimes = z.infer<typeof ScheduleTimes>

export const CatchUp = z.enum(catchUps).default('last').meta({
  description: 'What is made up for of times that were missed: nothing, the last, or the newest 24 one after another.',
})

export const Overlap = z.enum(overlaps).default('skip').meta({
  description:
    'Where the snapshot before still runs: `skip` takes none, `queue` waits for it, `replace` cancels it. At most 24 wait.',
})

/** When snapshots of a datasource are taken, and which others are taken with it. */
export const ScheduleRecord = ScheduleTimes.extend({
  uid: z.string(),
  datasource: Name,
  with: z
    .array(Name)
    .max(mostInGroup - 1)
    .default([])
    .meta({ description: 'Datasources that are taken with it each time, as a group.' }),
  catchUp: CatchUp,
  overlap: Overlap,
  paused: z.boolean(),
  created: z.string(),
  updated: z.string(),
  createdBy: z.string(),
  updatedBy: z.string(),
})
export type ScheduleRecord = z.infer<typeof ScheduleRecord>

/** How far a schedule has come. It changes with every due time, and is therefore no part of the record. */
export const ScheduleState = z.object({
  /** What was due until then, inclusive, is dealt with; ISO 8601. */
  until: z.string(),
  /** The time that was dealt with last, and the snapshot it became: null where it was passed over. */
  last: z.object({ due: z.string(), snapshot: z.string().nullable() }).nullable(),
  /** Snapshots that had not ended when it was looked at last, by id. */
  going: z.array(z.string()),
  /** How many of them wait for the one before. */
  waiting: z.int(),
})
export type ScheduleState = z.infer<typeof ScheduleState>
