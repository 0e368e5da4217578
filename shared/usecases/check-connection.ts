import { type CheckStatus, checkStatus, type Stage } from '../domain/check.ts'
import type { OpenSource } from '../ports/sources.ts'

/** Opens and checks within a time limit, which itself is a failed check and not a fault. */
export async function checkConnection(
  open: (signal: AbortSignal) => Promise<OpenSource>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ status: CheckStatus; stages: Stage[]; warnings: string[] }> {
  const deadline = AbortSignal.timeout(timeoutMs)
  const connection = await open(AbortSignal.any([signal, deadline]))
  try {
    const { stages, warnings } = await connection.check().catch((thrown: unknown) => {
      if (!deadline.aborted) throw thrown
      return { stages: [tooSlow(timeoutMs)], warnings: [] }
    })
    return { status: checkStatus({ stages, warnings }), stages: [...stages], warnings: [...warnings] }
  } finally {
    await connection.close()
  }
}

const tooSlow = (timeoutMs: number): Stage => ({
  name: 'connect',
  ok: false,
  ms: timeoutMs,
  detail: `Nothing was known after ${timeoutMs} ms.`,
  hint: 'Ask whether a firewall stands between, or give the check more time.',
})
