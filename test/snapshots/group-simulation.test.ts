import { describe, expect, it } from 'vitest'
import { runGroupSchedule } from './group-schedule.ts'
import { type Defect, Violation } from './schedule.ts'
import { quiet } from './simulation.ts'

/** `HEADGATE_SCHEDULES` asks for more where there is time. */
const schedules = Number(process.env.HEADGATE_SCHEDULES ?? 60)
const within = { timeout: 300_000 + schedules * 20 }

/** How many of the schedules notice a defect. */
async function caught(defect: Defect, tries: number): Promise<number> {
  let noticed = 0
  for (let seed = 1; seed <= tries; seed++)
    await runGroupSchedule(seed, defect).catch((thrown) => {
      if (!(thrown instanceof Violation) && !/^No end in sight/.test(thrown.message))
        throw new Error(`seed ${seed}`, { cause: thrown })
      noticed++
    })
  return noticed
}

describe('a group is of one moment, and there is all of it or nothing', () => {
  it(`in ${schedules} schedules with deaths, failures, repetitions and cancelling`, within, async () => {
    let published = 0
    for (let seed = 1; seed <= schedules; seed++)
      published += await runGroupSchedule(seed).catch((cause) => {
        throw new Error(`seed ${seed}: ${cause.message}`, { cause })
      })
    expect(published).toBeGreaterThan(schedules)
  })

  it('and the schedules notice versions that are published one after the other', within, async () => {
    const apart: Defect = (ports, simulation) => ({
      ...ports,
      catalog: {
        ...ports.catalog,
        async write(changes) {
          const second = changes.findIndex(
            (change, i) => i > 0 && 'create' in change && /versions$/.test(change.create.path),
          )
          if (second < 0) return ports.catalog.write(changes)
          await ports.catalog.write(changes.slice(0, second))
          simulation.start('late', quiet, () => ports.catalog.write(changes.slice(second)).catch(() => {}))
        },
      },
    })
    expect(await caught(apart, 10)).toBe(10)
  })

  it('and they notice snapshots that read at moments of their own', within, async () => {
    const blind: Defect = (ports) => ({
      ...ports,
      sources: {
        ...ports.sources,
        async open(name, signal) {
          const { record, connection } = await ports.sources.open(name, signal)
          const extract: typeof connection.extract = (of, part) => connection.extract(of, part)
          const together = async (selections: readonly unknown[]) =>
            (async function* () {
              for (const each of selections) yield await connection.extract(each)
            })()
          return { record, connection: { ...connection, extract, ...(connection.together && { together }) } }
        },
      },
    })
    expect(await caught(blind, 8)).toBeGreaterThan(5)
  })

  it('and they notice snapshots of a group that begin and end by themselves', within, async () => {
    const single: Defect = (ports) => ({
      ...ports,
      catalog: {
        ...ports.catalog,
        async write(changes) {
          const records = changes.filter((change) => 'replace' in change && /snapshots$/.test(change.replace.path))
          const isPublishing = changes.some((change) => 'create' in change && /versions$/.test(change.create.path))
          return ports.catalog.write(isPublishing ? changes : changes.filter((change) => change !== records[1]))
        },
      },
    })
    expect(await caught(single, 10)).toBe(10)
  })
})
