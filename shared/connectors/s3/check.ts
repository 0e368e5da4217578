import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { Check } from '../../domain/check.ts'
import { isFault } from '../../domain/faults.ts'
import { whileWanted } from '../files/ended.ts'
import { probeFiles } from '../files/probe.ts'
import { takeStages } from '../files/stages.ts'
import { type At, ask, dialledAt, openStore } from './client.ts'
import { storeUrl } from './config.ts'
import { s3Objects } from './objects.ts'
import { isLoginRefused, toFault } from './refusals.ts'

/** Stage by stage: address, socket, the login by a first request, the list of the bucket, a first byte. */
export const checkS3 = (at: At): Promise<Check> =>
  takeStages(async (take) => {
    const { config, egress, signal } = at
    const { host, port } = dialledAt(config)
    await take(
      'resolve',
      () => egress.resolve(host, port, signal),
      (answers) => `${host} has ${answers.length === 1 ? 'one address' : `${answers.length} addresses`}.`,
    )
    await take(
      'connect',
      async () => (await whileWanted(signal, egress.connect(host, port, signal))).destroy(),
      () => `Something answers at port ${port}.`,
    )
    const store = await take(
      'login',
      async () => {
        const opened = await openStore(at)
        const first = new ListObjectsV2Command({ Bucket: config.bucket, MaxKeys: 1 })
        const error: unknown = await opened.client.send(first).then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
        // What the login may do is the next stage's to say.
        if (error !== undefined && (isLoginRefused(error) || !isFault(toFault(error), 'source-refused')))
          await ask(at, () => Promise.reject(error))
        return opened
      },
      ({ keys }) => (keys ? 'The store takes the keys.' : 'The store is asked without keys.'),
    )
    await probeFiles(
      take,
      s3Objects(at, async () => store),
    )
    return storeUrl(config).protocol === 'http:' ? ['Without TLS the files travel for all to read.'] : []
  })
