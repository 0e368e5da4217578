import { type LocalSchedules, localSchedules } from '../shared/adapters/local/schedules.ts'
import type { World } from '../shared/ports/index.ts'
import { wakeSchedule } from '../shared/schedules/wake-schedule.ts'
import { wakeSchedules } from '../shared/schedules/wake-schedules.ts'
import type { Log } from './log.ts'

export interface Waking extends LocalSchedules {
  /** Makes up for what came due while no process was there, and has every schedule woken from now on. */
  resume(): Promise<void>
}

/** After a failure a schedule is woken again after so long. */
const againMs = 60_000

/** Schedules of this process, which wake themselves. */
export function createWaking(world: World<{ catalog: 'write'; runs: 'start' }>, log: Log): Waking {
  const wake = (id: string) =>
    void wakeSchedule(whole, id).catch(async (cause: unknown) => {
      log({ datasource: id, code: 'internal', cause })
      await schedules.set(id, Date.now() + againMs)
    })
  const schedules = localSchedules(wake)
  const whole = { ...world, schedules }
  return {
    ...schedules,
    async resume() {
      const onFailure = (datasource: string, cause: unknown) => {
        log({ datasource, code: 'internal', cause })
        void schedules.set(datasource, Date.now() + againMs)
      }
      await wakeSchedules(whole, { onFailure })
    },
  }
}
