import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/schedules.ts'
import type { Caller } from '../domain/caller.ts'
import { isFault } from '../domain/faults.ts'
import type { ScheduleRecord, ScheduleState, ScheduleTimes } from '../domain/schedule.ts'
import type { CatalogReader, Change, Entry } from '../ports/catalog.ts'
import type { World } from '../ports/index.ts'
import { scheduleStates, schedules } from '../ports/schedule-records.ts'
import { checkTimes } from '../schedules/check-times.ts'
import { setNext } from '../schedules/wake-schedule.ts'
import { countSchedule } from './count-schedules.ts'
import { findDatasource } from './find-datasource.ts'
import { findGroupable } from './find-groupable.ts'
import { checkScheduleRevision } from './find-schedule.ts'
import { newUid } from './new-uid.ts'
import { showSchedule } from './show-schedule.ts'

type Wanted = Omit<ScheduleRecord, 'uid' | 'created' | 'updated' | 'createdBy' | 'updatedBy'>

export const putSchedule: UseCase<typeof api.putSchedule> = async (world, { name, body, caller, ifMatch }) => {
  const { catalog } = world
  const wanted = { ...body, ...(await findTaken(world, name, body.with)) }
  const { datasource } = wanted
  for (;;) {
    const now = Date.now()
    const before = await catalog.get(schedules, datasource)
    checkScheduleRevision(datasource, ifMatch, before?.revision)
    const record = recordOf(wanted, { before: before?.value, caller, now })
    checkTimes(record, now)
    const { state, change } = await stateOf(catalog, record, before, now)
    const counted = before ? [] : [await countSchedule(catalog, caller.id, 1)]
    try {
      await catalog.write([
        before
          ? { replace: schedules, id: datasource, value: record, revision: before.revision }
          : { create: schedules, id: datasource, value: record },
        change,
        ...counted,
      ])
    } catch (thrown) {
      // somebody changed it, or the number of schedules, meanwhile
      if (!isOvertaken(thrown)) throw thrown
      continue
    }
    await setNext(world, record, state, now)
    return { body: await showSchedule(catalog, record, state, now), revision: (before?.revision ?? 0) + 1 }
  }
}

/** What is taken, by names. Where others are taken with it, all of them must go together. */
async function findTaken(world: World<{ catalog: 'read'; sources: 'know' }>, name: string, others: readonly string[]) {
  if (others.length === 0) return { datasource: (await findDatasource(world.catalog, name)).value.name, with: [] }
  const pointerOf = (place: number) => (place === 0 ? '/path/name' : `/body/with/${place - 1}`)
  const names = (await findGroupable(world, [name, ...others], pointerOf)).datasources.map(({ name }) => name)
  return { datasource: names[0]!, with: names.slice(1) }
}

const isOvertaken = (thrown: unknown): boolean =>
  isFault(thrown, 'precondition-failed') || isFault(thrown, 'not-found') || isFault(thrown, 'conflict')

function recordOf(
  wanted: Wanted,
  { before, caller, now }: { before: ScheduleRecord | undefined; caller: Caller; now: number },
): ScheduleRecord {
  const at = new Date(now).toISOString()
  const isCountedOn = before?.every === wanted.every ? before?.from : undefined
  return {
    ...wanted,
    ...(wanted.every !== undefined && { from: wanted.from ?? isCountedOn ?? `${at.slice(0, 16)}:00.000Z` }),
    uid: before?.uid ?? newUid('sch'),
    created: before?.created ?? at,
    updated: at,
    createdBy: before?.createdBy ?? caller.id,
    updatedBy: caller.id,
  }
}

/**
 * How far the schedule has come once it is saved. What was due until then is no more due after a pause, and by times that
 * were others.
 */
async function stateOf(
  catalog: CatalogReader,
  record: ScheduleRecord,
  before: Entry<ScheduleRecord> | undefined,
  now: number,
): Promise<{ readonly state: ScheduleState; readonly change: Change }> {
  const { datasource: id } = record
  const fresh: ScheduleState = { until: new Date(now).toISOString(), last: null, going: [], waiting: 0 }
  const kept = before && (await catalog.get(scheduleStates, id))
  if (!kept) return { state: fresh, change: { create: scheduleStates, id, value: fresh } }
  const goesOn = !before.value.paused && timesIn(before.value) === timesIn(record)
  const state = goesOn ? kept.value : { ...kept.value, until: fresh.until }
  return { state, change: { replace: scheduleStates, id, value: state, revision: kept.revision } }
}

const timesIn = ({ every, cron, at, from, timeZone }: ScheduleTimes): string =>
  JSON.stringify([every, cron, at, from, timeZone])
