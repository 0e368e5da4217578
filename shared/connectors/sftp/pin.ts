import { Fault } from '../../domain/faults.ts'
import { throwIfEnded } from '../files/ended.ts'
import type { PinAt } from '../kind.ts'
import type { Config } from './config.ts'
import { dial, seeHostKey } from './session.ts'

/** Saving waits no longer than this for a server to show its key. */
const patienceMs = 8_000

/**
 * The host key, when a connector is saved without one: that of before where the server is the same, so that no later
 * save takes another key; else the one that the server shows now, if it is there to show one.
 */
export async function pinHostKey({ config, before, egress, signal }: PinAt<Config>): Promise<Config> {
  if (config.hostKey !== undefined) return config
  const isSame = before?.host === config.host && before.port === config.port
  if (isSame && before.hostKey !== undefined) return { ...config, hostKey: before.hostKey }
  try {
    const at = { config, egress, signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]) }
    return { ...config, hostKey: await seeHostKey(await dial(at), at) }
  } catch (thrown) {
    throwIfEnded(signal)
    if (thrown instanceof Fault && thrown.code !== 'address-not-allowed') return config
    throw thrown
  }
}
