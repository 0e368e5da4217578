import { Fault } from '../domain/faults.ts'
import type { CatalogReader, Change } from '../ports/catalog.ts'
import { scheduleCounts } from '../ports/schedule-records.ts'

/** Schedules of a deployment, and of those that one caller has made. */
export const mostSchedules = { inAll: 1000, ofOne: 200 } as const

/**
 * The change that counts a schedule of a caller's more, or one less. Made in one transaction with the schedule itself, it
 * lets none slip past the limits. Fault conflict where there may be no more.
 */
export async function countSchedule(catalog: CatalogReader, caller: string, more: 1 | -1): Promise<Change> {
  const before = await catalog.get(scheduleCounts, 'all')
  const counts = before?.value.byCaller ?? {}
  const inAll = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const own = Object.hasOwn(counts, caller) ? counts[caller]! : 0
  if (more === 1 && (inAll >= mostSchedules.inAll || own >= mostSchedules.ofOne))
    throw new Fault('conflict', `There are ${inAll} schedules already, ${own} of them made by ${caller}.`, {
      hint: `There may be ${mostSchedules.inAll}, and ${mostSchedules.ofOne} of one caller: delete some.`,
    })
  const { [caller]: _, ...others } = counts
  const value = { byCaller: own + more > 0 ? { ...others, [caller]: own + more } : others }
  return before
    ? { replace: scheduleCounts, id: 'all', value, revision: before.revision }
    : { create: scheduleCounts, id: 'all', value }
}
