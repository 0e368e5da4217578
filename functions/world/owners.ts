import { STSClient } from '@aws-sdk/client-sts'
import { type OwnerKeys, ownerKeys } from '../../shared/adapters/aws/owner-keys.ts'
import type { Caller } from '../../shared/domain/caller.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'

const keys = lazily(() => ownerKeys({ client: new STSClient({}), roleArn: env('HEADGATE_OWNER_ROLE') }))

/** Owners whose clients are kept, each with its session. */
const most = 50

/** A thing made once for each caller, of a client with keys that open what that caller owns and nothing else. */
export function perOwner<T>(make: (credentials: () => Promise<OwnerKeys>) => T): (caller: Caller | undefined) => T {
  const made = new Map<string, T>()
  return (caller) => {
    const id = caller?.id ?? ''
    const known = made.get(id)
    if (known !== undefined) return known
    const thing = make(() => (caller ? keys()(id) : Promise.reject(new Fault('unauthenticated', 'Nobody owns this.'))))
    made.set(id, thing)
    if (made.size > most) made.delete(made.keys().next().value!)
    return thing
  }
}
