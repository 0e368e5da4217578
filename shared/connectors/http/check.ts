import type { Check } from '../../domain/check.ts'
import { Fault } from '../../domain/faults.ts'
import { isLoopback } from '../../domain/loopback.ts'
import { whileWanted } from '../files/ended.ts'
import { takeStages } from '../files/stages.ts'
import { ownKey } from './address.ts'
import { type At, ask, refusalOf } from './ask.ts'
import { httpObjects } from './objects.ts'

/** Stage by stage: address, socket, a first answer, the login, and where the URL names one file, its first byte. */
export const checkHttp = (at: At): Promise<Check> =>
  takeStages(async (take) => {
    const { config, egress, signal } = at
    const own = ownKey(config)
    const url = new URL(config.url.replace('{path}', ''))
    const isSecure = url.protocol === 'https:'
    const port = Number(url.port || (isSecure ? 443 : 80))
    await take(
      'resolve',
      () => egress.resolve(url.hostname, port, signal),
      (answers) => `${url.hostname} has ${answers.length === 1 ? 'one address' : `${answers.length} addresses`}.`,
    )
    if (isSecure)
      await take(
        'connect',
        async () => (await whileWanted(signal, egress.connect(url.hostname, port, signal))).destroy(),
        () => `Something answers at port ${port}.`,
      )
    const status = await take(
      isSecure ? 'tls' : 'connect',
      async () => {
        const response = await ask(at, url, 'GET', { range: 'bytes=0-0' }).catch(refusedToSign)
        if (response instanceof Fault) return response
        await response.body?.cancel()
        if (response.status >= 500) throw refusalOf(response.status, own ?? '')
        return response.status
      },
      () => 'A web server answers.',
    )
    await take(
      'login',
      async () => {
        if (status instanceof Fault) throw status
        if (status === 401 || status === 407 || status === 403) throw refusalOf(status, own ?? '')
      },
      () => (config.auth.type === 'none' ? 'The server asks for no login.' : 'The server takes the login.'),
    )
    if (own !== undefined)
      await take(
        'sample',
        async () => {
          const objects = httpObjects(at)
          const { size } = await objects.describe(own)
          for await (const _ of await objects.read(own, [0, Math.min(1, size ?? 1)])) break
        },
        () => 'The file can be read.',
      )
    return isSecure || isLoopback(url.hostname)
      ? []
      : ['Without TLS the files travel for all to read, and so does the login.']
  })

/** No credential for the way to sign in, or no token for it: told by the stage of the login. */
function refusedToSign(thrown: unknown): Fault {
  if (thrown instanceof Fault && thrown.code === 'source-refused') return thrown
  throw thrown
}
