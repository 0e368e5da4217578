import { randomBytes } from 'node:crypto'
import { Fault } from '../../domain/faults.ts'
import type { PinAt } from '../kind.ts'
import type { Config } from './config.ts'

/**
 * The external id of a role: ours, made once for a connector and kept. If the owner of one connector could choose it,
 * they could name the role and the id of another (the confused deputy). Fault invalid-request.
 */
export async function pinExternalId({ config, before }: PinAt<Config>): Promise<Config> {
  const { externalId: asked, ...rest } = config
  const kept = before?.externalId
  if (asked !== undefined && asked !== kept)
    throw new Fault('invalid-request', 'The external id is made here and cannot be chosen.', {
      hint: 'Leave externalId out.',
      errors: [{ pointer: '/body/config/externalId', detail: 'cannot be chosen' }],
    })
  if (kept !== undefined) return { ...rest, externalId: kept }
  return config.roleArn === undefined ? rest : { ...rest, externalId: `headgate-${randomBytes(16).toString('hex')}` }
}
