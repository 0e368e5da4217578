import { Fault } from '../../domain/faults.ts'
import { throwIfEnded } from '../files/ended.ts'
import type { PinAt } from '../kind.ts'
import type { Config } from './config.ts'
import { loadSpec } from './load-spec.ts'
import { baseOfSpec } from './servers.ts'

/** Saving waits no longer than this for a document. */
const patienceMs = 8_000

/**
 * The origin that calls go to, fixed when a connector is saved: no later change of the document moves them. It is that
 * of before where the document is the same; else what the document says now; else, where it cannot be read without a
 * credential, that of its own URL.
 */
export async function pinOrigin({ config, before, egress, signal }: PinAt<Config>): Promise<Config> {
  if (config.baseUrl !== undefined || config.origin !== undefined) return config
  const isSame = before?.specUrl === config.specUrl && before?.spec === config.spec
  if (isSame && before?.origin !== undefined) return { ...config, origin: before.origin }
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
  try {
    const ask = async (url: URL) => {
      const response = await egress.fetch(url, { redirect: 'follow', signal: patience })
      if (response.ok) return response
      await response.body?.cancel()
      throw new Fault('source-failed', `The OpenAPI document cannot be read: ${response.status}.`)
    }
    const { spec, place } = await loadSpec(config, ask)
    return { ...config, origin: baseOfSpec(config, spec, place).origin }
  } catch (thrown) {
    throwIfEnded(signal)
    if (config.specUrl === undefined) throw notUsable(thrown)
    const isTold = !(thrown instanceof Fault) || !['address-not-allowed', 'too-large'].includes(thrown.code)
    if (isTold) return { ...config, origin: new URL(config.specUrl).origin }
    throw thrown
  }
}

/** What was pasted is the caller's to mend. */
const notUsable = (thrown: unknown): unknown =>
  thrown instanceof Fault
    ? new Fault('invalid-request', thrown.detail, {
        ...(thrown.hint !== undefined && { hint: thrown.hint }),
        errors: [{ pointer: '/body/config/spec', detail: thrown.detail }],
        cause: thrown,
      })
    : thrown
