import { type LocalSchedules, localSchedules } from '../shared/adapters/local/schedules.ts'
import { deliveriesId } from '../shared/ports/events.ts'
import type { World } from '../shared/ports/index.ts'
import { repairTables } from '../shared/registry/repair-tables.ts'
import { wakeSchedule } from '../shared/schedules/wake-schedule.ts'
import { wakeSchedules } from '../shared/schedules/wake-schedules.ts'
import { createDeliveries, type Deliveries } from './deliveries.ts'
import type { Log } from './log.ts'

export interface Waking extends Omit<LocalSchedules, 'stop'> {
  readonly deliveries: Deliveries
  /** Makes up for what came due while no process was there, and has every schedule woken from now on. */
  resume(): Promise<void>
  /** Wakes for nothing any more, and waits for what is under way. */
  stop(): Promise<void>
}

/** After a failure a schedule is woken again after so long. */
const againMs = 60_000

/** Schedules and deliveries of this process, which wake themselves. */
export function createWaking(
  world: World<{ catalog: 'write'; objects: 'read'; runs: 'start'; events: 'tell'; registry: 'write' }>,
  log: Log,
): Waking {
  const onFailure = (id: string, cause: unknown) => {
    log({ datasource: id, code: 'internal', cause })
    void schedules.set(id, Date.now() + againMs)
  }
  const schedules = localSchedules((id) => {
    if (id === deliveriesId) deliveries.wake()
    else void wakeSchedule(whole, id).catch((cause: unknown) => onFailure(id, cause))
  })
  const whole = { ...world, schedules }
  const deliveries = createDeliveries(whole, log)
  return {
    ...schedules,
    deliveries,
    async resume() {
      deliveries.wake()
      await wakeSchedules(whole, { onFailure })
      await repairTables(whole, { onFailure: (dataset, cause) => log({ dataset, code: 'internal', cause }) })
    },
    async stop() {
      schedules.stop()
      await deliveries.stop()
    },
  }
}
