import type { Check } from '../../domain/check.ts'
import { probeFiles } from '../files/probe.ts'
import { takeStages } from '../files/stages.ts'
import { otherKey, pinnedFingerprint } from './host-key.ts'
import { sftpObjects } from './objects.ts'
import { type At, dial, login, seeHostKey } from './session.ts'

/** Stage by stage on connections of its own: address, socket, host key, login, the root folder, a first byte. */
export const checkSftp = (at: At): Promise<Check> =>
  takeStages(async (take) => {
    const { config, egress, signal } = at
    await take(
      'resolve',
      () => egress.resolve(config.host, config.port, signal),
      (answers) => `${config.host} has ${answers.length === 1 ? 'one address' : `${answers.length} addresses`}.`,
    )
    const socket = await take(
      'connect',
      () => dial(at),
      () => `Something answers at port ${config.port}.`,
    )
    const found = await take(
      'tls',
      async () => {
        const fingerprint = await seeHostKey(socket, at)
        const { hostKey } = config
        if (hostKey !== undefined && fingerprint !== pinnedFingerprint(hostKey)) throw otherKey(fingerprint)
        return fingerprint
      },
      (fingerprint) => `The server shows the host key ${fingerprint}.`,
    )
    const pinned: At = { ...at, config: { ...config, hostKey: config.hostKey ?? found } }
    const session = await take(
      'login',
      async () => login(await dial(at), pinned),
      () => `The server let ${config.user} in.`,
    )
    try {
      await probeFiles(
        take,
        sftpObjects(async () => session, signal),
      )
    } finally {
      session.client.destroy()
    }
    return config.hostKey === undefined ? [notPinned(found)] : []
  })

const notPinned = (found: string): string =>
  `The host key is not pinned yet. Compare ${found} with what who runs the server says; saving pins it.`
