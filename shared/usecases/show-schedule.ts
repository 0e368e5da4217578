import type { ScheduleRecord, ScheduleState } from '../domain/schedule.ts'
import { toLocal } from '../domain/zone.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { datasources, snapshotsOf } from '../ports/dataset-records.ts'
import { nextDue } from '../schedules/due.ts'
import { clockWarnings, inWords } from '../schedules/words.ts'

/** A schedule as callers see it, whole. */
export async function showSchedule(
  catalog: CatalogReader,
  record: ScheduleRecord,
  state: ScheduleState | undefined,
  now: number,
) {
  return {
    ...record,
    next: nextTimes(record, state, now, 5),
    words: inWords(record),
    warnings: [...clockWarnings(record, now)],
    last: await lastTime(catalog, record, state),
    pausedBy: await pausedOf(catalog, record),
  }
}

/** The next times, by the clock of the schedule's zone; none where it is paused. */
export const nextTimes = (record: ScheduleRecord, state: ScheduleState | undefined, now: number, count: number) =>
  record.paused
    ? []
    : nextDue(record, Math.max(now, Date.parse(state?.until ?? record.updated)), count).map((due) =>
        toLocal(record.timeZone, due),
      )

/** What became of the time that was dealt with last. */
export async function lastTime(
  catalog: CatalogReader,
  { datasource }: ScheduleRecord,
  state: ScheduleState | undefined,
) {
  if (!state?.last) return null
  const { due, snapshot } = state.last
  const taken = snapshot === null ? undefined : await catalog.get(snapshotsOf(datasource), snapshot)
  return { due, snapshot, state: taken?.value.state ?? null, error: taken?.value.error ?? null }
}

async function pausedOf(catalog: CatalogReader, { datasource, with: others }: ScheduleRecord) {
  const found = await Promise.all([datasource, ...others].map((name) => catalog.get(datasources, name)))
  return found.flatMap((entry) => (entry?.value.paused ? [entry.value.name] : []))
}
