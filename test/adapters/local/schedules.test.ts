import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { localSchedules } from '../../../shared/adapters/local/schedules.ts'
import { schedulesContract } from '../../contract/schedules.ts'

schedulesContract('local', async () => {
  const schedules = localSchedules(() => {})
  const whole = (at: number) => Math.ceil(at / 1000) * 1000
  return {
    schedules,
    pending: async () => new Map([...schedules.pending()].map(([id, at]) => [id, whole(at)])),
    dispose: async () => schedules.stop(),
  }
})

describe('the timers of this process', () => {
  const woken: string[] = []
  let schedules: ReturnType<typeof localSchedules>
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2026-03-29T00:59:30Z') })
    woken.length = 0
    schedules = localSchedules((id) => woken.push(id))
  })
  afterEach(() => {
    schedules.stop()
    vi.useRealTimers()
  })

  it('ring once, at the time and not before', async () => {
    await schedules.set('flights', Date.parse('2026-03-29T01:00:00Z'))
    await vi.advanceTimersByTimeAsync(29_500)
    expect(woken).toEqual([])
    await vi.advanceTimersByTimeAsync(1500)
    expect(woken).toEqual(['flights'])
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(woken).toEqual(['flights'])
    expect(schedules.pending().size).toBe(0)
  })

  it('ring at once where the time is over, and not where it was cleared or set anew', async () => {
    await schedules.set('late', Date.now() - 1)
    await schedules.set('cleared', Date.now() - 1)
    await schedules.clear('cleared')
    await schedules.set('moved', Date.now() - 1)
    await schedules.set('moved', Date.now() + 60_000)
    await vi.advanceTimersByTimeAsync(10)
    expect(woken).toEqual(['late'])
    await vi.advanceTimersByTimeAsync(61_000)
    expect(woken).toEqual(['late', 'moved'])
  })

  it('ring after months, of which no timer of Node counts the milliseconds', async () => {
    await schedules.set('far', Date.now() + 60 * 86_400_000)
    await vi.advanceTimersByTimeAsync(59 * 86_400_000)
    expect(woken).toEqual([])
    await vi.advanceTimersByTimeAsync(86_400_000 + 1000)
    expect(woken).toEqual(['far'])
  })

  it('ring no more once they are stopped', async () => {
    await schedules.set('flights', Date.now() + 1000)
    schedules.stop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(woken).toEqual([])
  })
})
