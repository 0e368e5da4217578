import { holdView } from '../../shared/snapshots/hold-view.ts'
import type { Pace } from '../../shared/snapshots/pace.ts'
import { workAtPartition } from '../../shared/snapshots/work-at-partition.ts'
import type { Workers } from '../../shared/snapshots/workers.ts'
import type { Actor, Ports, Simulation, Trouble } from './simulation.ts'

const never = new AbortController().signal

/**
 * Workers as functions are: each partition and each holder is an actor of its own that dies by itself, work is brought
 * twice at times, and a holder has itself relieved before its time is over.
 */
export function simulatedWorkers(
  simulation: Simulation,
  shared: Ports,
  conductor: Actor,
  trouble: Trouble,
  paceOf: (actor: Actor) => Pace,
): Workers {
  const { random, clockOf, portsOf, ask } = simulation
  const workers: Workers = {
    atOnce: 2,
    step: (_name, run) => run(never),
    async each(items, atOnce, run) {
      const left = [...items]
      const failures: unknown[] = []
      const work = async () => {
        for (let item = left.shift(); item !== undefined; item = left.shift()) await run(workers, item)
      }
      const all = Array.from({ length: atOnce }, () =>
        work().catch((thrown) => {
          left.length = 0
          failures.push(thrown)
        }),
      )
      await Promise.all(all)
      if (failures.length > 0) throw failures[0]
    },
    async extract(work) {
      const extract = () =>
        ask(`partition ${work.partition}`, trouble, (actor) =>
          workAtPartition(portsOf(actor, shared), work, { signal: never, pace: paceOf(actor) }),
        )
      if (random() < 0.1) void extract().catch(() => {})
      await extract()
    },
    async hold(work) {
      const hold = () =>
        ask('holder', trouble, async (actor) => {
          const due = new AbortController()
          const aging = random() < 0.5
          if (aging)
            void clockOf(actor)
              .sleep(1500, never)
              .then(() => due.abort())
          const relief = { due: due.signal, start: workers.hold }
          await holdView(portsOf(actor, shared), work, { signal: never, pace: paceOf(actor), relief })
        })
      void hold().catch(() => {})
      if (random() < 0.1) void hold().catch(() => {})
    },
    wait: (_name, ms) => clockOf(conductor).sleep(ms, never),
  }
  return workers
}
