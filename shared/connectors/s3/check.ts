import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { Check } from '../../domain/check.ts'
import { isFault } from '../../domain/faults.ts'
import { isLoopback } from '../../domain/loopback.ts'
import { throwIfEnded, whileWanted } from '../files/ended.ts'
import { probeFiles } from '../files/probe.ts'
import { takeStages } from '../files/stages.ts'
import { type At, dialledAt, openStore, type Store } from './client.ts'
import { storeUrl } from './config.ts'
import { s3Objects } from './objects.ts'
import { isLoginRefused, toFault } from './refusals.ts'

/** Stage by stage: address, socket, a first answer, the login, the list of the bucket, a first byte. */
export const checkS3 = (at: At): Promise<Check> =>
  takeStages(async (take) => {
    const { config, egress, signal } = at
    const { host, port } = dialledAt(config)
    await take(
      'resolve',
      () => egress.resolve(host, port, signal),
      (answers) => `${host} has ${answers.length === 1 ? 'one address' : `${answers.length} addresses`}.`,
    )
    const isSecure = storeUrl(config).protocol === 'https:'
    if (isSecure)
      await take(
        'connect',
        async () => (await whileWanted(signal, egress.connect(host, port, signal))).destroy(),
        () => `Something answers at port ${port}.`,
      )
    const { store, refusal } = await take(
      isSecure ? 'tls' : 'connect',
      () => firstAnswer(at),
      () => 'A store answers.',
    )
    await take(
      'login',
      async () => {
        if (isLoginRefused(refusal)) throw toFault(refusal)
      },
      () => (store?.keys ? 'The store takes the keys.' : 'The store is asked without keys.'),
    )
    await probeFiles(
      take,
      s3Objects(at, async () => store ?? openStore(at)),
    )
    return !isSecure && !isLoopback(host) ? ['Without TLS the files travel for all to read.'] : []
  })

/** What the store answers first, be it that it refuses: what the login may do is for later stages to say. */
async function firstAnswer(at: At): Promise<{ readonly store?: Store; readonly refusal?: unknown }> {
  let store: Store | undefined
  try {
    store = await openStore(at)
    await store.client.send(new ListObjectsV2Command({ Bucket: at.config.bucket, MaxKeys: 1 }))
    return { store }
  } catch (refusal) {
    throwIfEnded(at.signal)
    if (!isFault(toFault(refusal), 'source-refused')) throw toFault(refusal)
    return { ...(store && { store }), refusal }
  }
}
