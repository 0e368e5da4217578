import { type Pace, steadyPace } from '../../shared/snapshots/pace.ts'
import { type Lab, newLab } from './lab-source.ts'
import type { Actor, Simulation } from './simulation.ts'

/** A laboratory whose rows are of another moment for whoever looks: a version with rows of two is a mixed one. */
export function movingLab(rows: number, more: Pick<Lab, 'shares'> & Partial<Lab>): Lab {
  let moment = 0
  return {
    ...newLab(0),
    batchRows: 2,
    ...more,
    get numbers() {
      moment++
      return Array.from({ length: rows }, () => moment)
    },
  }
}

/** The pace of those who act in a simulation: parts are small, the dead are soon known, and all is tried again and again. */
export const simulatedPace =
  (simulation: Simulation) =>
  (actor: Actor): Pace => ({
    ...steadyPace,
    clock: simulation.clockOf(actor),
    staleMs: 3000,
    partBytes: 60,
    attempts: 1000,
    tries: 20,
    leaseMs: 2000,
  })
