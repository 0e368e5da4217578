import { createHash } from 'node:crypto'
import { Fault } from '../../domain/faults.ts'

/** The fingerprint of a key in the wire format, as OpenSSH prints it. */
export const fingerprintOf = (key: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

/** The fingerprint that a configured host key stands for: it is one, or a line of known_hosts. */
export function pinnedFingerprint(hostKey: string): string {
  if (hostKey.startsWith('SHA256:')) return hostKey.replace(/=$/, '')
  return fingerprintOf(Buffer.from(hostKey.split(' ')[1]!, 'base64'))
}

/** The signature algorithms of the key that a line of known_hosts holds; undefined for a fingerprint: any. */
export function pinnedAlgorithms(hostKey: string | undefined): string[] | undefined {
  if (hostKey === undefined || hostKey.startsWith('SHA256:')) return undefined
  const [type] = hostKey.split(' ')
  return type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type!]
}

export const otherKey = (found: string): Fault =>
  new Fault('source-refused', `The server shows another host key than the one that is pinned: ${found}.`, {
    hint: 'Ask who runs the server whether its key was changed. If so, put the new one into hostKey; if not, somebody is between.',
  })

export const noKey = (found: string): Fault =>
  new Fault('source-refused', `The host key of the server is not pinned yet; it shows ${found}.`, {
    hint: 'Compare it with what who runs the server says, and put it into hostKey, or save the connector again.',
  })
