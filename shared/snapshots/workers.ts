import type { HoldingWork, PartitionWork } from '../domain/work.ts'

/**
 * Who carries the work at a snapshot: this process, or functions that are started. The only thing in which a run on one
 * machine and a run on AWS differ. A conductor that dies is started again and comes by the same way: what it does
 * between the calls must depend on their answers alone.
 */
export interface Workers {
  /** How many partitions may be worked at at once. */
  readonly atOnce: number
  /** Does it and keeps what it gave, plain JSON of some KB; a failure as a `Fault`. Anew where who did it died. */
  step<T>(name: string, run: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Each of these, so many at once. Once one fails no other is begun, and its failure is thrown. */
  each(items: readonly number[], atOnce: number, run: (workers: Workers, item: number) => Promise<void>): Promise<void>
  /** Has a partition worked at by a worker of its own. Faults: those of `workAtPartition`, busy where that died. */
  extract(work: PartitionWork): Promise<void>
  /** Has the view held by a worker of its own, from soon on. */
  hold(work: HoldingWork): Promise<void>
  wait(name: string, ms: number): Promise<void>
}
