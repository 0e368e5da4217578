import type { HoldingWork } from '../domain/work.ts'

/** Work that outlives the request that asked for it. */
export interface Runs {
  /**
   * Has the snapshot of that id taken, soon and elsewhere. May be asked twice for one id, and the work may be begun
   * twice: the snapshot's attempt number decides which one counts.
   */
  start(snapshotId: string): Promise<void>
}

/** Exports that outlive the request that asked for them. */
export interface Exports {
  /** Has the export of that id made, soon and elsewhere. May be asked twice for one id: its record decides which counts. */
  start(exportId: string): Promise<void>
}

/** What who conducts a snapshot has others do. */
export interface RunWork {
  /** Has a view held, soon and elsewhere, by who lives as long as a worker may. */
  hold(work: HoldingWork): Promise<void>
  /** The name of what extracts one partition, for who invokes it. */
  readonly extractor: string
}
