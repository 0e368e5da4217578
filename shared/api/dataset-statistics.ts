import * as z from 'zod'
import { NameOrUid } from '../domain/connector.ts'
import { operation } from './operation.ts'
import { window } from './rows.ts'
import { which } from './which-version.ts'

const Counted = z.union([z.string(), z.number(), z.boolean(), z.null()])

const Bar = z.union([
  z.object({ count: z.int(), value: Counted }),
  z.object({ count: z.int(), from: Counted, to: Counted }).meta({
    description: 'From the one on, up to the other and without it; null at the ends: nothing lies beyond.',
  }),
])

export const countDataset = operation({
  method: 'GET',
  path: '/v1/datasets/{name}/statistics',
  tag: 'Datasets',
  summary: 'Count what is in the columns of a version: NULLs, values, ranges, over all rows',
  role: 'viewer',
  needs: { catalog: 'read', objects: 'read' },
  params: z.strictObject({ name: NameOrUid }),
  query: z.strictObject({ ...which, select: window.select, where: window.where }),
  reply: z
    .object({
      version: z.int(),
      rows: z.int().meta({ description: 'Those that `where` lets through.' }),
      columns: z.array(
        z.object({
          name: z.string(),
          type: z.string(),
          nulls: z.int(),
          distinct: z.int().nullable().meta({ description: 'Null where there are too many to tell.' }),
          min: Counted.meta({ description: 'Null where there is none, or no order worth a histogram.' }),
          max: Counted,
          bars: z
            .array(Bar)
            .meta({ description: 'The most frequent values where there are few, ranges where there is an order.' }),
          others: z.int().meta({ description: 'Rows that are neither NULL nor in a bar.' }),
        }),
      ),
    })
    .meta({ id: 'DatasetStatistics' }),
  answers: 'slow-json',
  faults: ['not-found', 'not-offered', 'too-large'],
})
