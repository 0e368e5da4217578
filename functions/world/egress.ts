import { parseAllow } from '../../shared/adapters/egress/allow.ts'
import { createEgress } from '../../shared/adapters/egress.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'

/** What connectors may dial: public addresses, and what the deployment names besides. */
export const egress = lazily(() => {
  const allow = env('HEADGATE_ALLOW')
  return createEgress({ allow: allow === 'public' ? [] : parseAllow(allow) })
})
