/** Work that outlives the request that asked for it. */
export interface Runs {
  /**
   * Has the snapshot of that id taken, soon and elsewhere. May be asked twice for one id, and the work may be begun
   * twice: the snapshot's attempt number decides which one counts.
   */
  start(snapshotId: string): Promise<void>
}
