/** What wakes the platform at an instant. When a schedule is due, and what is done then, is no matter of it. */
export interface Schedules {
  /**
   * Has the platform woken for this id at `at`, milliseconds since 1970, or within a minute and a half after it; soon
   * where that is past. Takes the place of what was set for the id before. May wake twice, and after a restart of the
   * platform. Ids are 1 to 64 of A-Z, a-z, 0-9, `.`, `_` and `-`. Fault busy.
   */
  set(id: string, at: number): Promise<void>
  /** Wakes for this id no more. Where nothing is set that is fine. */
  clear(id: string): Promise<void>
}
