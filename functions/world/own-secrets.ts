import { SSMClient } from '@aws-sdk/client-ssm'
import { awsSecrets } from '../../shared/adapters/aws/secrets.ts'
import type { SecretWriter } from '../../shared/ports/secrets.ts'
import { env } from '../env.ts'
import { perOwner } from './owners.ts'
import { secrets } from './secrets.ts'

const own = perOwner((credentials) =>
  awsSecrets({
    client: new SSMClient({ credentials }),
    prefix: env('HEADGATE_SECRETS'),
    keyId: env('HEADGATE_SECRETS_KEY'),
  }),
)

/** Secrets of a caller's own by their session, those of the organisation by the function itself. */
export const ownSecrets = (...[caller]: Parameters<typeof own>): SecretWriter => {
  const writer = (id: string): SecretWriter => (id.startsWith('users/') ? own(caller) : secrets())
  return { put: (id, value) => writer(id).put(id, value), delete: (id) => writer(id).delete(id) }
}
