import * as z from 'zod'
import type { VersionRecord } from './snapshot.ts'

/** Which versions stay: those that any of the two keeps. */
export const Retention = z
  .strictObject({
    keepLast: z.int().min(1).max(100_000).optional().meta({ description: 'So many of the newest versions.' }),
    keepDays: z
      .int()
      .min(1)
      .max(36_500)
      .optional()
      .meta({ description: 'Those that are younger, in days of 24 hours.' }),
  })
  .refine(({ keepLast, keepDays }) => keepLast !== undefined || keepDays !== undefined, {
    error: 'must have keepLast or keepDays; null keeps everything',
  })
  .meta({ id: 'Retention', description: 'Which versions stay; pinned ones, and the one that is read, always do.' })
export type Retention = z.infer<typeof Retention>

export const keepingReasons = ['everything', 'pinned', 'read', 'newest', 'last', 'days'] as const
/** Why a version stays: there is no policy, it is pinned, is the one read, is the newest, or the policy keeps it. */
export type KeepingReason = (typeof keepingReasons)[number]

const dayMs = 24 * 60 * 60 * 1000

/**
 * Why each of a dataset's versions stays; null for one that goes. `versions`: all of them, the newest first. `read`: the
 * version that is read by who names none. `now`: milliseconds since 1970.
 */
export function judgeVersions(
  versions: readonly VersionRecord[],
  { retention, read, now }: { retention: Retention | null; read: number | null; now: number },
): readonly { readonly version: VersionRecord; readonly because: KeepingReason | null }[] {
  const judge = (version: VersionRecord, place: number): KeepingReason | null => {
    if (version.pinned) return 'pinned'
    if (version.version === read) return 'read'
    if (place === 0) return 'newest'
    if (retention === null) return 'everything'
    const { keepLast = 0, keepDays } = retention
    if (place < keepLast) return 'last'
    // a clock that runs late must not make a version young where days do not count
    return keepDays !== undefined && now - Date.parse(version.published) < keepDays * dayMs ? 'days' : null
  }
  return versions.map((version, place) => ({ version, because: judge(version, place) }))
}
