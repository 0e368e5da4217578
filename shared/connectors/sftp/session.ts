import type { Socket } from 'node:net'
import type { Client, SFTPWrapper } from 'ssh2'
import { throwIfEnded, whileWanted } from '../files/ended.ts'
import { patiently } from '../files/patience.ts'
import type { OpenAt } from '../kind.ts'
import type { Config, Credential } from './config.ts'
import { fingerprintOf, noKey, otherKey, pinnedAlgorithms, pinnedFingerprint } from './host-key.ts'
import { badPrivateKey, toFault } from './refusals.ts'

export type At = OpenAt<Config, Credential>

/** What is needed to see the server's key. */
export type KeyAt = Pick<At, 'config' | 'egress' | 'signal'>

/** An SSH connection with its SFTP channel; requests may overlap. */
export interface Session {
  readonly client: Client
  readonly sftp: SFTPWrapper
  /** Where keys begin: an absolute path without a `/` at its end. */
  readonly root: string
}

/** How long the server may say nothing. */
export const patienceMs = 30_000

/** Small requests and answers go to and fro: none may wait for the next (Nagle's algorithm takes 40 ms each time). */
export async function dial({ config, egress, signal }: KeyAt): Promise<Socket> {
  const socket = await whileWanted(signal, egress.connect(config.host, config.port, signal))
  return socket.setNoDelay(true)
}

/** The fingerprint of the key that the server shows; the connection ends there, before any login. */
export async function seeHostKey(socket: Socket, { config, signal }: KeyAt): Promise<string> {
  const { Client } = await import('ssh2')
  const client = new Client()
  const seen = new Promise<string>((resolve, reject) => {
    client.on('error', reject)
    client.once('close', () => reject(new Error('The server hung up.')))
    client.connect({
      ...sshOptions(socket, config),
      username: 'nobody',
      hostVerifier: (key: Buffer) => {
        resolve(fingerprintOf(key))
        return false
      },
    })
  })
  try {
    return await patiently(seen, { signal, ms: patienceMs, giveUp: () => client.destroy() })
  } catch (thrown) {
    throwIfEnded(signal)
    throw toFault(thrown)
  } finally {
    client.destroy()
    socket.destroy()
  }
}

/** Logs in, if the server shows the key that is pinned. */
export async function login(socket: Socket, at: At): Promise<Session> {
  const { Client } = await import('ssh2')
  const { config, credential, signal } = at
  const client = new Client()
  // Each request that is on its way listens for the end.
  client.setMaxListeners(0)
  let refused: Error | undefined
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve)
    // It stays: an error that comes when nobody waits must not end the process.
    client.on('error', reject)
    client.once('close', () => reject(new Error('The server hung up.')))
    const { password, privateKey, passphrase } = credential.reveal()
    client.on('keyboard-interactive', (_name, _text, _language, prompts, answer) =>
      answer(prompts.map(({ echo }) => (echo ? config.user : (password ?? '')))),
    )
    try {
      client.connect({
        ...sshOptions(socket, config),
        username: config.user,
        ...(password !== undefined && { password, tryKeyboard: true }),
        ...(privateKey !== undefined && { privateKey }),
        ...(passphrase !== undefined && { passphrase }),
        hostVerifier: (key: Buffer) => {
          refused = judge(fingerprintOf(key), config)
          return refused === undefined
        },
      })
    } catch {
      reject(badPrivateKey())
    }
  })
  try {
    await patiently(ready, { signal, ms: patienceMs, giveUp: () => client.destroy() })
    const sftp = await request(client, signal, (done: Done<SFTPWrapper>) => client.sftp(done))
    // What a server sends out of order is an error of the channel that nobody waits for: it ends the session.
    sftp.on('error', () => client.destroy())
    const root = await request(client, signal, (done: Done<string>) => sftp.realpath(config.root || '.', done))
    return { client, sftp, root: root.replace(/\/+$/, '') }
  } catch (thrown) {
    client.destroy()
    socket.destroy()
    throwIfEnded(signal)
    throw refused ?? toFault(thrown)
  }
}

function judge(found: string, { hostKey }: Config): Error | undefined {
  if (hostKey === undefined) return noKey(found)
  return found === pinnedFingerprint(hostKey) ? undefined : otherKey(found)
}

function sshOptions(sock: Socket, { hostKey }: Config) {
  const serverHostKey = pinnedAlgorithms(hostKey)
  return {
    sock,
    readyTimeout: patienceMs,
    keepaliveInterval: 15_000,
    keepaliveCountMax: 2,
    ...(serverHostKey && { algorithms: { serverHostKey: serverHostKey as never[] } }),
  }
}

export type Done<T> = (error: Error | undefined, result: T) => void

/** One request and its answer. Throws the library's error, or the faults cancelled and source-timeout. */
export function request<T>(client: Client, signal: AbortSignal, ask: (done: Done<T>) => unknown): Promise<T> {
  const answer = new Promise<T>((resolve, reject) => {
    const hungUp = () => reject(Object.assign(new Error('The server hung up.'), { code: 7 }))
    client.once('close', hungUp)
    ask((error, result) => {
      client.off('close', hungUp)
      if (error) reject(error)
      else resolve(result)
    })
  })
  return patiently(answer, { signal, ms: patienceMs, giveUp: () => client.destroy() })
}
