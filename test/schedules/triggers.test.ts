import { expect, it } from 'vitest'
import { Name } from '../../shared/domain/connector.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { isEnded } from '../../shared/domain/snapshot.ts'
import { nextDue } from '../../shared/schedules/due.ts'
import { scheduledSnapshotId } from '../../shared/schedules/scheduled-snapshot.ts'
import { randomOf } from '../support/random.ts'
import { begun, minuteMs, wakingWorld } from './waking-world.ts'

/** `HEADGATE_TRIGGERS` asks for more where there is time. */
const seeds = Number(process.env.HEADGATE_TRIGGERS ?? 40)

const other = Name.parse('others')

/** A day of a schedule whose triggers come twice, late, early, at once or never, from workers whose calls fail and are lost. */
async function day(seed: number) {
  const random = randomOf(seed)
  const at = await wakingWorld({
    cron: random.pick(['*/10 0-5 * * *', '30 1-3 * * *', '0 */2 * * *']),
    timeZone: random.pick(['Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe', 'UTC']),
    catchUp: 'all',
    overlap: random.pick(['skip', 'queue', 'replace']),
    with: random.pick([[], [other]]),
  })
  const { write } = at.world.catalog
  const failure = () => new Fault('busy', 'Lost on its way.')
  Object.assign(at.world.catalog, {
    async write(changes: Parameters<typeof write>[0]) {
      const drawn = random.next()
      if (drawn < 0.1) throw failure()
      await write(changes)
      if (drawn > 0.95) throw failure()
    },
  })
  let minutes = 0
  while (minutes < 24 * 60) {
    minutes += random.below(100)
    const times = Array.from({ length: 1 + random.below(3) }, () => at.wake(minutes - random.below(3)))
    await Promise.all(times.map((waking) => waking.catch(() => {})))
    if (random.next() < 0.5) await at.finish().catch(() => {})
  }
  Object.assign(at.world.catalog, { write })
  await at.wake(minutes + 1)
  for (let i = 0; i < 30 && (await at.snapshots()).some(({ state }) => !isEnded(state)); i++) {
    await at.finish()
    await at.wake(minutes + 1)
  }
  await at.finish()
  return { ...at, until: begun + (minutes + 1) * minuteMs }
}

it(`every time becomes one snapshot, whatever became of its triggers: ${seeds} days`, {
  timeout: 60_000 + seeds * 5000,
}, async () => {
  let [snapshots, grouped] = [0, 0]
  for (let seed = 1; seed <= seeds; seed++) {
    const { snapshots: all, schedule, until } = await day(seed)
    const owed = nextDue(schedule, begun, 500).filter((due) => due <= until)
    const taken = await all()
    const expected = owed.map((due) => scheduledSnapshotId(schedule, due))
    expect(taken.map(({ id }) => id).sort(), `seed ${seed}`).toEqual(expected.sort())
    expect(
      taken.every(({ state }) => isEnded(state)),
      `seed ${seed}: nothing waits for ever`,
    ).toBe(true)
    const alike = await all(other)
    expect(
      alike.map(({ group, state }) => [group, state]),
      `seed ${seed}: groups are whole`,
    ).toEqual(taken.filter(({ group }) => group !== null).map(({ group, state }) => [group, state]))
    grouped += alike.length
    snapshots += taken.length
  }
  expect(snapshots).toBeGreaterThan(seeds * 2)
  expect(grouped).toBeGreaterThan(seeds)
})
