/* The records by which workers at a snapshot agree. Who reads snapshots alone need not load these. */

import * as z from 'zod'
import { LeaseRecord, PartitionRecord, ViewRecord } from '../domain/work.ts'
import type { Collection } from './catalog.ts'

/** By slot: a connector's connections at once. `first` asks others to let a view's holder go before them. */
export const leasesOf = (connectorUid: string): Collection<LeaseRecord> => ({
  path: `connectors/${connectorUid}/leases`,
  schema: LeaseRecord,
})

interface Attempt {
  readonly snapshot: string
  readonly attempt: number
}

const under = ({ snapshot, attempt }: Attempt, what: string) => `snapshots/${snapshot}/${attempt}/${what}`

/** The plan of an attempt, as `plan`. */
export const plansOf = (attempt: Attempt): Collection<unknown> => ({
  path: under(attempt, 'plan'),
  schema: z.unknown(),
})

/** The view of an attempt, as `view`. */
export const viewsOf = (attempt: Attempt): Collection<ViewRecord> => ({
  path: under(attempt, 'view'),
  schema: ViewRecord,
})

/** By number, five digits: how far each partition is that was begun. */
export const partitionsOf = (attempt: Attempt): Collection<PartitionRecord> => ({
  path: under(attempt, 'partitions'),
  schema: PartitionRecord,
})

/** By number, five digits: what the partitions became that are done. */
export const resultsOf = (attempt: Attempt): Collection<unknown> => ({
  path: under(attempt, 'results'),
  schema: z.unknown(),
})

/** When the records of an attempt may go, seconds since 1970: long after any worker at it can be alive. */
export const workExpires = (): number => Math.floor(Date.now() / 1000) + 30 * 24 * 60 * 60
