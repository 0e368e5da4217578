import type { Schedules } from '../../shared/ports/schedules.ts'

/** Schedules that wake nobody: a test looks at what is set, and wakes itself. */
export function memorySchedules(): Schedules & { readonly at: Map<string, number> } {
  const at = new Map<string, number>()
  return {
    at,
    async set(id, time) {
      at.set(id, time)
    },
    async clear(id) {
      at.delete(id)
    },
  }
}
