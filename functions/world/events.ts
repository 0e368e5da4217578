import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { awsBus } from '../../shared/adapters/aws/events.ts'
import { createEgress } from '../../shared/adapters/egress.ts'
import { createReceivers } from '../../shared/adapters/receivers.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'
import { secrets } from './secrets.ts'

/** Receivers have public addresses, as connectors do. */
export const events = lazily(() => ({
  ...awsBus({ client: new EventBridgeClient({}), bus: env('HEADGATE_BUS') }),
  ...createReceivers({ secrets: secrets(), egress: createEgress({ allow: [] }) }),
}))
