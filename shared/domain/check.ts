import * as z from 'zod'

export const stageNames = ['resolve', 'connect', 'tls', 'login', 'permission', 'sample'] as const
export type StageName = (typeof stageNames)[number]

/** One step of a check, in the order taken. A check ends at the first stage that fails. */
export const Stage = z
  .object({
    name: z.enum(stageNames),
    ok: z.boolean(),
    ms: z.number().meta({ description: 'How long the stage took, milliseconds.' }),
    detail: z.string().meta({ description: 'What was found, one sentence.' }),
    hint: z.string().nullable().meta({ description: 'What to do where it failed.' }),
  })
  .meta({ id: 'Stage' })
export type Stage = z.infer<typeof Stage>

export const checkStatuses = ['VALID_CONNECTION', 'BAD_CREDENTIALS', 'NO_CONNECTION'] as const
export type CheckStatus = (typeof checkStatuses)[number]

/** What a connection's check found. `warnings` do not make it fail: a login that could write, for one. */
export interface Check {
  readonly stages: readonly Stage[]
  readonly warnings: readonly string[]
}

/** A check folded to one of three words: nobody there, not let in (or to nothing), or fine. */
export function checkStatus({ stages }: Check): CheckStatus {
  const failed = stages.find((stage) => !stage.ok)
  if (failed === undefined) return 'VALID_CONNECTION'
  return failed.name === 'login' || failed.name === 'permission' ? 'BAD_CREDENTIALS' : 'NO_CONNECTION'
}
