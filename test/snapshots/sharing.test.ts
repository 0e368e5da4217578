import { describe, expect, it } from 'vitest'
import type { VersionRecord } from '../../shared/domain/snapshot.ts'
import type { Change } from '../../shared/ports/catalog.ts'
import { datasets, versionsOf } from '../../shared/ports/dataset-records.ts'
import { prefixOf } from '../../shared/snapshots/keys.ts'
import { removeVersion } from '../../shared/snapshots/remove-version.ts'
import { sweepAttempts } from '../../shared/snapshots/sweep-attempts.ts'
import { type Defect, Violation } from './schedule.ts'
import { isMissing, runSharing } from './sharing-schedule.ts'

/** `HEADGATE_SCHEDULES` asks for more where there is time. */
const schedules = Number(process.env.HEADGATE_SCHEDULES ?? 120)
const within = { timeout: 300_000 + schedules * 20 }
const { path } = versionsOf('numbers')

async function caught(mode: 'append' | 'merge', defect: Defect, tries: number): Promise<number> {
  let noticed = 0
  for (let seed = 1; seed <= tries; seed++)
    await runSharing(seed, mode, defect).catch((thrown) => {
      if (!(thrown instanceof Violation)) throw new Error(`seed ${seed}`, { cause: thrown })
      noticed++
    })
  return noticed
}

/** The ports with another way to write records. */
const writing =
  (write: (changes: readonly Change[], ports: Parameters<Defect>[0]) => Promise<void>): Defect =>
  (ports) => ({ ...ports, catalog: { ...ports.catalog, write: (changes) => write(changes, ports) } })

/** Deletes a version with all that its attempt wrote. */
const greedy = writing(async (changes, ports) => {
  const gone = changes.find((change) => 'delete' in change && change.delete.path === path)
  const found = gone && (await ports.catalog.get(versionsOf('numbers'), gone.id))
  await ports.catalog.write(changes)
  if (found === undefined) return
  const { objects } = await ports.objects.list(prefixOf(found.value.manifest), { limit: 1000 })
  for (const { key } of objects) await ports.objects.delete(key)
})

/** Says nothing of what a version shares. */
const silent = writing((changes, ports) =>
  ports.catalog.write(
    changes.map((change) =>
      'create' in change && change.create.path === path
        ? { ...change, value: { ...(change.value as VersionRecord), reuses: [] } }
        : change,
    ),
  ),
)

/**
 * Deletes the version before, and sweeps, just before the next one is published, now and then; and, unless it `isKept`,
 * deletes versions without touching the dataset's record.
 */
const overtaken =
  (isKept: boolean): Defect =>
  (ports, simulation) => {
    const isPointer = (change: Change) => 'replace' in change && change.replace === datasets
    const spoiled = writing(async (changes) => {
      const isDeletion = changes.some((change) => 'delete' in change)
      if (changes.length >= 3 && !isDeletion && simulation.random() < 0.5) {
        const before = (await ports.catalog.get(datasets, 'numbers'))?.value.latest
        if (before) await removeVersion(spoiled, 'numbers', before).catch(isMissing)
        await sweepAttempts(spoiled, { olderThanMs: 0, now: simulation.now() })
      }
      await ports.catalog.write(isKept || !isDeletion ? changes : changes.filter((change) => !isPointer(change)))
    })(ports, simulation)
    return spoiled
  }

describe.each(['append', 'merge'] as const)('versions that share parts, by %s', (mode) => {
  it(`are whole in ${schedules} schedules of workers, deletions, sweeps and readers`, within, async () => {
    const sum = { versions: 0, sharing: 0 }
    for (let seed = 1; seed <= schedules; seed++) {
      const { versions, sharing } = await runSharing(seed, mode).catch((cause) => {
        throw new Error(`seed ${seed}: ${cause.message}`, { cause })
      })
      sum.versions += versions
      sum.sharing += sharing
    }
    expect(sum.versions).toBeGreaterThan(schedules)
    expect(sum.sharing).toBeGreaterThan(schedules / 4)
  })

  it.each([
    ['who deletes a version with all that its attempt wrote', greedy, 30],
    ['versions that say nothing of what they share', silent, 30],
    // what merging writes anew is its own: there it would take too many schedules
    ...(mode === 'append'
      ? ([['a deletion that leaves the record as it is which publishing replaces', overtaken(false), 10]] as const)
      : []),
  ] as const)('and the schedules notice %s', within, async (_, defect, tries) => {
    expect(await caught(mode, defect, tries)).toBeGreaterThan(0)
  })

  it('but nothing of publications that are overtaken alone', within, async () => {
    expect(await caught(mode, overtaken(true), 60)).toBe(0)
  })
})
