import type { Check } from '../../domain/check.ts'
import { isLoopback } from '../../domain/loopback.ts'
import { probeFiles } from '../files/probe.ts'
import { takeStages } from '../files/stages.ts'
import { portOf } from './config.ts'
import { ftpObjects } from './objects.ts'
import { newPool } from './pool.ts'
import { type At, dial, login, secure } from './session.ts'

/** Stage by stage on connections of its own: address, welcome, TLS, login, the root folder, a first byte. */
export const checkFtp = (at: At): Promise<Check> =>
  takeStages(async (take) => {
    const { config, egress, signal } = at
    const port = portOf(config)
    await take(
      'resolve',
      () => egress.resolve(config.host, port, signal),
      (answers) => `${config.host} has ${answers.length === 1 ? 'one address' : `${answers.length} addresses`}.`,
    )
    const client = await take(
      'connect',
      () => dial(at),
      () => `A server answers at port ${port}.`,
    )
    try {
      if (config.tls === 'explicit')
        await take(
          'tls',
          () => secure(client, at),
          () => 'The connection is secure, and the certificate is that of the host.',
        )
      await take(
        'login',
        () => login(client, at),
        () => `The server let ${config.user} in.`,
      )
    } finally {
      client.close()
    }
    const pool = newPool(at)
    try {
      await probeFiles(take, ftpObjects(pool, signal))
    } finally {
      pool.close()
    }
    return config.tls === 'none' && !isLoopback(config.host)
      ? ['Without TLS the password and the files travel for all to read.']
      : []
  })
